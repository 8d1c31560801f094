import type { Chat } from "../models/visitor";
import { Icon } from "./icon";
import type { Panel } from "./panel";

/** Who is there: the bot, and from then on the agent; and what can be done with the panel and the chat. */
export function Header({ panel, chat, bot }: { panel: Panel; chat: Chat | null; bot: string }) {
  const { t, store, talk } = panel;
  const name = chat?.agent ?? bot;
  const { quiet } = store.state;
  return (
    <header>
      <span class="face" aria-hidden="true">
        {[...name][0]}
      </span>
      <div class="who">
        <h1>{name}</h1>
        <p>{chat?.agent ? talk?.says("here") : chat?.answerBy ? talk?.says("waiting") : t("online")}</p>
      </div>
      <button
        type="button"
        aria-label={t("sound")}
        aria-pressed={!quiet}
        onClick={() => panel.setQuiet(!quiet)}
      >
        <Icon of={`M4 9h4l5-4v14l-5-4H4z${quiet ? "M17 10l4 4M21 10l-4 4" : "M16 9a4 4 0 0 1 0 6"}`} />
      </button>
      {chat !== null && chat.closed === null && talk && <talk.EndChat panel={panel} />}
      <button type="button" aria-label={t("close")} onClick={() => panel.close()}>
        <Icon of="M6 9l6 6 6-6" />
      </button>
    </header>
  );
}
