import { useLayoutEffect, useRef } from "preact/hooks";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { useActions } from "./actions";
import { useOpen } from "./open";
import { WriteMessage } from "./write-message";
import { WriteNote } from "./write-note";

/** Where one writes: to the visitor, as the holder; or a note for agents, as anybody. */
export function Composer() {
  const { t } = useInbox();
  const open = useOpen();
  const mode = open.mode.value;
  const place = useRef<HTMLDivElement>(null);
  const called = open.called.value;
  // At once: what is typed next belongs there.
  useLayoutEffect(() => {
    if (called > 0) place.current?.querySelector("textarea")?.focus();
  }, [called]);
  const closed = open.isClosed.value;
  const tab = (one: "message" | "note", text: string) => (
    <button
      type="button"
      class="tab"
      aria-pressed={mode === one}
      data-mode={one}
      onClick={() => open.write(one)}
    >
      {text}
    </button>
  );
  return (
    <div ref={place} class={mode === "note" ? "composer is-note" : "composer"}>
      <fieldset class="tabs" aria-label={t("compose.modes")}>
        {tab("message", t("compose.message"))}
        {tab("note", t("compose.note"))}
      </fieldset>
      {mode === "note" && <WriteNote />}
      {mode === "message" && closed && <p class="composer-off">{t("compose.closed")}</p>}
      {mode === "message" && !closed && (open.isMine.value ? <WriteMessage /> : <NotHolder />)}
    </div>
  );
}

/** Why one cannot write, and the way to where one can. */
function NotHolder() {
  const { t } = useInbox();
  const holder = useOpen().holder.value;
  const { take, whyNotTake } = useActions();
  return (
    <div class="composer-off">
      <p>{holder === null ? t("compose.notHolder") : t("compose.holderIs", { name: holder.name })}</p>
      {holder === null && (
        <Button kind="primary" reason={whyNotTake()} onClick={take}>
          {t("head.take")}
        </Button>
      )}
    </div>
  );
}
