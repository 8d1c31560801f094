import { useEffect, useState } from "preact/hooks";
import type { PastChat } from "../models/kept";
import { apply, type Line, NOTHING } from "../models/visitor";
import { screenOf } from "../models/visitor-screen";
import { Api } from "../wire/api";
import type { Page_TranscriptEntry_, StreamEvent } from "../wire/types";
import { Says } from "./lines";
import type { Panel } from "./panel";
import { says } from "./says";

interface Read {
  api: Api;
  chat: string;
  lines: readonly Line[];
}

/** The chats of before, to be read and no more; they are asked for when somebody wants them. */
export function Earlier({ panel, bot }: { panel: Panel; bot: string }) {
  const { t } = panel;
  const { past } = panel.store.state;
  const [read, setRead] = useState<readonly Read[] | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (panel.wantsEarlier) show();
    panel.wantsEarlier = false;
  }, []);
  const show = () => {
    setFailed(false);
    if (read !== null) setRead(null);
    else
      Promise.all(past.map(readOf)).then(
        (found) => setRead(found.filter((it) => it !== null)),
        () => setFailed(true),
      );
  };
  return (
    <section class="earlier" aria-label={t("earlier")}>
      <button type="button" onClick={show}>
        {read === null ? t("earlier") : says("hide")}
      </button>
      {failed && <p class="error">{t("failed")}</p>}
      {read?.length === 0 && <p class="hint">{says("none")}</p>}
      {read?.map(({ chat, lines, api }) => (
        <ul key={chat}>
          <Says lines={lines} bot={bot} seen={null} panel={panel} api={api} />
        </ul>
      ))}
    </section>
  );
}

/** One chat as it was; null where its session counts no more. */
async function readOf({ session, chat }: PastChat): Promise<Read | null> {
  const api = new Api(session);
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
    if ((error as { status?: number }).status) return null;
    throw error;
  }
  return { api, chat, lines: screenOf(visit).lines };
}
