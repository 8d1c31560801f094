import { render } from "preact";
import { looksAtEnd } from "../models/end";
import { lastSeen } from "../models/visitor-screen";
import { Asked } from "./asked";
import { Header } from "./header";
import { Bubble, Says } from "./lines";
import type { Panel } from "./panel";

/** So many of the last lines are always drawn; those before them where somebody wants them. */
const ALWAYS = 100;

/** After so many tries no socket gets through here for a while, or ever. */
const LONG = 6;

/** Draws the whole panel, each time that it is called; it needs no hooks, which are loaded with a chat. */
export function drawing(panel: Panel): () => void {
  let atEnd = true;
  let before = 0;
  let from = 0;
  let todo: HTMLElement | null = null;
  const scroll = () => {
    const log = document.querySelector(".scroll");
    if (log === null || !atEnd) return;
    log.scrollTop = log.scrollHeight;
    before = log.scrollTop;
  };
  // A picture that comes late, and the keyboard of a phone, move the end.
  document.addEventListener("load", scroll, true);
  addEventListener("resize", scroll);
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (!(target instanceof Element)) return;
      atEnd = looksAtEnd(atEnd, before, target);
      before = target.scrollTop;
    },
    true,
  );
  return () => {
    const { length } = panel.visiting.screen.lines;
    // Who has gone up reads on: nothing is taken away above.
    if (atEnd || from > length) from = Math.max(0, length - ALWAYS);
    render(<App panel={panel} from={panel.talk ? from : 0} />, document.body);
    scroll();
    // Whoever opens the panel, or has answered, goes on with the keyboard at what is to be done next.
    const first = document.querySelector<HTMLElement>(
      "form :is(input:not([hidden]),textarea), .choices button, .over button",
    );
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (panel.store.state.open && first !== todo) {
      todo = first;
      if (lost && document.hasFocus()) first?.focus({ preventScroll: true });
    }
  };
}

function App({ panel, from }: { panel: Panel; from: number }) {
  const { t, store, visiting, talk } = panel;
  const { state } = store;
  const { screen } = visiting;
  const { chat, asking, over } = screen;
  const bot = panel.host.init.look.bot_name;
  const answered = state.answer?.arrival === asking?.arrival ? state.answer : null;
  return (
    <>
      <Header panel={panel} chat={chat} bot={bot} />
      <main>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard. */}
        <div class="scroll" tabIndex={0}>
          {state.past.items[0] && talk && <talk.Earlier panel={panel} bot={bot} />}
          {from > 0 && talk && <talk.Older lines={screen.lines.slice(0, from)} bot={bot} panel={panel} />}
          <div role="log" aria-label={t("messages")}>
            <ul>
              <Says lines={screen.lines} bot={bot} panel={panel} from={from} seen={lastSeen(screen)} />
              {answered?.refused === null && (
                <li class="visitor pending" aria-live="off">
                  <Bubble>{answered.text}</Bubble>
                </li>
              )}
              {talk && <talk.Pending panel={panel} />}
            </ul>
          </div>
          {talk && <talk.Told panel={panel} />}
          {asking && answered?.refused !== null && <Asked asking={asking} panel={panel} />}
          {screen.looking && <p class="hint">{t("looking")}</p>}
          {chat?.missedText && talk && <talk.LeaveDetails panel={panel} />}
          {chat?.answerBy && talk && <talk.TimeLeft until={chat.answerBy} panel={panel} />}
          {over && (
            <div class="over">
              <p>{over === "end_card" ? t("over_end_card") : talk?.says(`over_${over}`)}</p>
              <button type="button" class="main" onClick={() => panel.startAgain()}>
                {t("again")}
              </button>
            </div>
          )}
        </div>
        <div role="status" class="status">
          {state.open && !screen.lines[0] && !state.away && !state.trouble && (
            <p class="hint">{t("looking")}</p>
          )}
          {state.typing && chat?.agent && talk && <p>{talk.says("typing", { name: chat.agent })}</p>}
          {answered?.refused === "" && <p class="banner">{t("failed")}</p>}
          {state.away > 0 && (
            <p class="banner">{(state.away > LONG && screen.writes && talk?.says("stuck")) || t("away")}</p>
          )}
          {state.trouble && (
            <p class="banner">
              {t(state.trouble.says)}{" "}
              <button type="button" onClick={state.trouble.again}>
                {t("retry")}
              </button>
            </p>
          )}
        </div>
        {asking?.kind === "capture" && asking.options.length === 0
          ? talk && <talk.Capture key={asking.arrival} asking={asking} answer={answered} panel={panel} />
          : screen.writes && talk && <talk.Composer panel={panel} />}
      </main>
    </>
  );
}
