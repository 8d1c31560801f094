import { useRef, useState } from "preact/hooks";
import { apply, type Line, NOTHING } from "../models/visitor";
import { screenOf } from "../models/visitor-screen";
import type { Api } from "../wire/api";
import { Problem } from "../wire/problem";
import type { Page_OwnConversation_, Page_TranscriptEntry_, StreamEvent } from "../wire/types";
import { BEFORE } from "./entering";
import { Older } from "./older";
import type { Panel } from "./panel";
import { says } from "./says";

interface Read {
  chat: string;
  lines: readonly Line[];
}

/** The chats of before, to be read and no more; they are asked for when somebody wants them, some at a time. */
export function Earlier({ panel, bot }: { panel: Panel; bot: string }) {
  const { t, store } = panel;
  const { api } = panel.visiting;
  const [read, setRead] = useState<readonly Read[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [busy, setBusy] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const { items, next } = store.state.past;
  /** Puts these chats before those that are shown. */
  const add = async (shown: readonly Read[], page: Promise<Page_OwnConversation_>) => {
    setFailed(false);
    setBusy(true);
    try {
      const told = await page;
      const found = told.items;
      const added = await Promise.all(found.toReversed().map((it) => readOf(api, it.conversation_id)));
      setRead([...added.filter((it) => it !== null), ...shown]);
      // The button that asked for them goes with the last of them.
      if (!told.next) toggle.current?.focus({ preventScroll: true });
      return told;
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  const show = () => {
    if (read !== null) setRead(null);
    else if (!busy) void add([], Promise.resolve(store.state.past));
  };
  const more = async () => {
    if (busy) return;
    const path = `${BEFORE}&cursor=${encodeURIComponent(next ?? "")}`;
    const told = await add(read ?? [], api.get<Page_OwnConversation_>(path));
    if (told) store.set({ past: { ...told, items: [...items, ...told.items] } });
  };
  return (
    <section class="earlier" aria-label={says("earlier")}>
      <button ref={toggle} type="button" onClick={show}>
        {read === null ? says("earlier") : says("hide")}
      </button>
      {read !== null && next && (
        <button type="button" class="older" onClick={more}>
          {says("more_chats")}
        </button>
      )}
      {failed && (
        <p class="error" role="alert">
          {t("failed")}
        </p>
      )}
      {read?.length === 0 && <p class="hint">{says("none")}</p>}
      {read?.map(({ chat, lines }) => (
        <Older key={chat} lines={lines} bot={bot} panel={panel} first={20} />
      ))}
    </section>
  );
}

/** One chat as it was; null where it may not be read any more. */
async function readOf(api: Api, chat: string): Promise<Read | null> {
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
  return { chat, lines: screenOf(visit).lines };
}
