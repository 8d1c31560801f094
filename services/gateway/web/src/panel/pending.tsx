import { type Outgoing, pending, told } from "../models/outgoing";
import { ownLines } from "../models/visitor-screen";
import { Bubble } from "./lines";
import type { Panel } from "./panel";
import { says } from "./says";
import { said } from "./talk-texts";

/** The visitor's own messages that are on their way, or failed. */
export function Pending({ panel }: { panel: Panel }) {
  const shown = pending(panel.store.state.outbox, ownLines(panel.visiting.screen));
  return shown.map((one) => <Own key={one.key} one={one} panel={panel} />);
}

function Own({ one, panel: { sending, t } }: { one: Outgoing; panel: Panel }) {
  const state = told(one);
  const reason = one.why === "away" ? "notSent" : said(one.why ?? "");
  const act = (how: "retry" | "drop") => {
    sending?.[how](one.key);
    // The button goes away, and with it the focus: it is where one writes on.
    document.querySelector<HTMLElement>(".composer textarea")?.focus();
  };
  return (
    <li class="visitor pending" aria-live="off">
      <Bubble>
        {one.text}
        {one.file && <span class="file">{one.file.name}</span>}
        {one.file && one.state === "sending" && <progress aria-label={one.file.name} />}
      </Bubble>
      {state === "failed" ? (
        <p class="by error">
          <span role="alert">{reason === null ? t("failed") : says(reason)}</span>{" "}
          <button type="button" onClick={() => act("retry")}>
            {t("retry")}
          </button>{" "}
          <button type="button" onClick={() => act("drop")}>
            {says("delete")}
          </button>
        </p>
      ) : (
        <p class="by">{says(state === "waiting" ? "queued" : "sending")}</p>
      )}
    </li>
  );
}
