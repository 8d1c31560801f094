import { useState } from "preact/hooks";
import { apply, type Line, NOTHING } from "../models/visitor";
import { screenOf } from "../models/visitor-screen";
import type { Api } from "../wire/api";
import { Problem } from "../wire/problem";
import type { Page_TranscriptEntry_, StreamEvent } from "../wire/types";
import { Older } from "./older";
import type { Panel } from "./panel";
import { says } from "./says";

interface Read {
  chat: string;
  lines: readonly Line[];
}

/** The chats of before, to be read and no more; they are asked for when somebody wants them. */
export function Earlier({ panel, bot }: { panel: Panel; bot: string }) {
  const { t } = panel;
  const { past } = panel.store.state;
  const { api } = panel.visiting;
  const [read, setRead] = useState<readonly Read[] | null>(null);
  const [failed, setFailed] = useState(false);
  const show = () => {
    setFailed(false);
    if (read !== null) setRead(null);
    else
      Promise.all(past.toReversed().map((it) => readOf(api, it.conversation_id))).then(
        (found) => setRead(found.filter((it) => it !== null)),
        () => setFailed(true),
      );
  };
  return (
    <section class="earlier" aria-label={says("earlier")}>
      <button type="button" onClick={show}>
        {read === null ? says("earlier") : says("hide")}
      </button>
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
