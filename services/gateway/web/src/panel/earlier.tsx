import { useEffect, useRef, useState } from "preact/hooks";
import { apply, type Line, NOTHING } from "../models/visitor";
import { screenOf } from "../models/visitor-screen";
import type { Api } from "../wire/api";
import { Problem } from "../wire/problem";
import type { Page_OwnConversation_, Page_TranscriptEntry_, StreamEvent } from "../wire/types";
import { BEFORE } from "./entering";
import { Older } from "./older";
import type { Panel } from "./panel";
import { says } from "./says";

interface Chat {
  id: string;
  lines: readonly Line[];
}

/** The chats that are shown, the oldest first, and where those before them begin. */
interface Read {
  chats: readonly Chat[];
  next?: string | null | undefined;
}

/** The chats of before, to be read and no more; they are asked for when somebody wants them, some at a time. */
export function Earlier({ panel, bot }: { panel: Panel; bot: string }) {
  const { t, store } = panel;
  const { api } = panel.visiting;
  const [read, setRead] = useState<Read | null>(null);
  const [failed, setFailed] = useState(false);
  const [busy, setBusy] = useState(false);
  const { past } = store.state;
  // They were asked for anew, for another visit: what is shown begins elsewhere.
  useEffect(() => setRead(null), [past]);
  const toggle = useRef<HTMLButtonElement>(null);
  /** Puts these chats before those that are shown. */
  const add = async (shown: readonly Chat[], page: Promise<Page_OwnConversation_>) => {
    setFailed(false);
    setBusy(true);
    try {
      const { items, next } = await page;
      const added = await Promise.all(items.toReversed().map((it) => readOf(api, it.conversation_id)));
      setRead({ chats: [...added.filter((it) => it !== null), ...shown], next });
      // The button that asked for them goes with the last of them.
      if (!next) toggle.current?.focus({ preventScroll: true });
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  const show = () => {
    if (read !== null) setRead(null);
    else if (!busy) void add([], Promise.resolve(past));
  };
  const more = () => {
    if (busy || !read) return;
    const path = `${BEFORE}&cursor=${encodeURIComponent(read.next ?? "")}`;
    void add(read.chats, api.get<Page_OwnConversation_>(path));
  };
  return (
    <section class="earlier" aria-label={says("earlier")}>
      <button ref={toggle} type="button" onClick={show}>
        {read === null ? says("earlier") : says("hide")}
      </button>
      {read?.next && (
        <button type="button" class="older" onClick={more}>
          {says("more_chats")}
        </button>
      )}
      {failed && (
        <p class="error" role="alert">
          {t("failed")}
        </p>
      )}
      {read?.chats.length === 0 && <p class="hint">{says("none")}</p>}
      {read?.chats.map(({ id, lines }) => (
        <Older key={id} lines={lines} bot={bot} panel={panel} first={20} />
      ))}
    </section>
  );
}

/** One chat as it was; null where it may not be read any more. */
async function readOf(api: Api, chat: string): Promise<Chat | null> {
  const stream = `conversation-${chat}`;
  let visit = NOTHING;
  let cursor = "";
  try {
    do {
      const path = `gateway/conversations/${chat}/transcript?limit=100${cursor}`;
      const { items, next } = await api.get<Page_TranscriptEntry_>(path, { patienceMs: 3_000 });
      for (const { version, event } of items) {
        visit = apply(visit, stream, version, event as unknown as StreamEvent | null) ?? visit;
      }
      cursor = next ? `&cursor=${encodeURIComponent(next)}` : "";
    } while (cursor !== "");
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
  return { id: chat, lines: screenOf(visit).lines };
}
