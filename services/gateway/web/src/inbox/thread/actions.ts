import { useMemo } from "preact/hooks";
import { pathOf } from "../../models/route";
import { type Inbox, useInbox } from "../context";
import { problemFrom } from "../ui/loaded";
import { type Open, useOpen } from "./open";

/** What buttons, menus and keys do with the open conversation, said to the agent when it is done or refused. */
export interface Actions {
  take: () => void;
  /** Why it cannot be taken now; null where it can. */
  whyNotTake: () => string | null;
  assign: (agentId: string) => void;
  close: () => void;
}

export function useActions(): Actions {
  const inbox = useInbox();
  const open = useOpen();
  return useMemo(() => actionsOf(inbox, open), [inbox, open]);
}

export function actionsOf(inbox: Inbox, open: Open): Actions {
  const { t, toast, store } = inbox;
  // What is done, the thread itself shows.
  const tries = (work: () => Promise<void>, after?: () => void) => {
    work().then(after, (error: unknown) => {
      const problem = problemFrom(error);
      // A race that was lost is over; what did not arrive may be tried again.
      toast(problem, problem.passes ? () => tries(work, after) : undefined);
    });
  };
  const whyNotTake = () => {
    if (open.isClosed.value) return t("head.whyClosed");
    return store.isOnline.value === false ? t("head.whyOffline") : null;
  };
  return {
    whyNotTake,
    take: () => {
      const why = whyNotTake();
      if (why !== null) toast(why);
      // Whoever was faster is told by the refusal, also where their name is to be drawn in this moment.
      else if (!open.isMine.value) {
        tries(
          () => open.take(),
          () => moveTo(inbox, open, "mine"),
        );
      }
    },
    assign: (agentId) => tries(() => open.assign(agentId)),
    close: () => {
      open.closing.value = false;
      tries(() => open.close());
    },
  };
}

/** The conversation stays open, in the folder that it is in now; whoever went elsewhere meanwhile stays there. */
function moveTo(inbox: Inbox, open: Open, folder: string): void {
  const at = location.pathname;
  if (at.endsWith(`/${open.conversationId}`)) inbox.go(pathOf(folder, open.conversationId), true);
}
