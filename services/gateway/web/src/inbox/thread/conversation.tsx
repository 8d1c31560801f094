import { useEffect, useState } from "preact/hooks";
import { ownStanding } from "../../models/thread";
import { useInbox } from "../context";
import { Failure, Skeleton } from "../ui/states";
import { Composer } from "./composer";
import { Header } from "./header";
import { Log } from "./log";
import { Open, OpenContext } from "./open";
import { openNow } from "./open-now";

interface ConversationProps {
  conversationId: string;
  folder: string;
}

/** A conversation: who has it, what was said, and where one writes. Keyed by its id. */
export function Conversation({ conversationId, folder }: ConversationProps) {
  const inbox = useInbox();
  const { t, store, me } = inbox;
  const [open] = useState(() => new Open(inbox, conversationId));
  useEffect(() => {
    open.start();
    openNow.value = open;
    return () => {
      open.stop();
      if (openNow.peek() === open) openNow.value = null;
    };
  }, [open]);
  const thread = open.thread.value;
  useEffect(() => {
    const own = ownStanding(thread, me.agent_id);
    store.outboxes.of(conversationId).settle(own);
    const last = thread.items.at(-1);
    if (last?.kind === "message")
      open.typing.arrived(last.author === "agent" ? (last.authorId ?? "") : "visitor");
  }, [thread, store, me, conversationId, open]);
  useSeen(open);
  const { loaded, problem } = open.following;
  return (
    <OpenContext.Provider value={open}>
      <section class="thread" aria-label={t("thread.label")}>
        <Header folder={folder} />
        {problem.value !== null && (
          <Failure problem={problem.value} onRetry={() => void open.following.start()} />
        )}
        {!loaded.value && problem.value === null && <Skeleton lines={8} />}
        {loaded.value && <Log />}
        {loaded.value && <Composer />}
      </section>
    </OpenContext.Provider>
  );
}

/** What stands on a page that is looked at was seen. */
function useSeen(open: Open): void {
  const thread = open.thread.value;
  const mine = open.isMine.value;
  useEffect(() => {
    const sees = () => {
      if (document.visibilityState === "visible" && document.hasFocus()) void open.sees();
    };
    sees();
    addEventListener("focus", sees);
    document.addEventListener("visibilitychange", sees);
    return () => {
      removeEventListener("focus", sees);
      document.removeEventListener("visibilitychange", sees);
    };
  }, [open, thread, mine]);
}
