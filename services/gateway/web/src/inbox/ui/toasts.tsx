import { useSpeech } from "../context";
import { problemText } from "../problem-text";
import { dismiss, type Told, toasts } from "../toasts";
import { Button } from "./button";
import { Icon } from "./icon";

/** What is told in passing; a region that readers hear. */
export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map((told) => (
        <Toast key={told.id} told={told} />
      ))}
    </div>
  );
}

function Toast({ told }: { told: Told }) {
  const { t, format } = useSpeech();
  const { what, retry } = told;
  const text = typeof what === "string" ? what : problemText(what, t, format);
  // Of what was refused rightly there is nothing to report.
  const id = typeof what !== "string" && what.status >= 500 ? what.correlationId : null;
  return (
    <div class={typeof what === "string" ? "toast" : "toast failed"}>
      <p>
        {text}
        {id !== null && <small class="mono">{t("problem.report", { id })}</small>}
      </p>
      {retry && (
        <Button
          kind="quiet"
          onClick={() => {
            dismiss(told.id);
            retry();
          }}
        >
          {t("shell.retry")}
        </Button>
      )}
      <Button kind="quiet" aria-label={t("shell.dismiss")} onClick={() => dismiss(told.id)}>
        <Icon name="cross" />
      </Button>
    </div>
  );
}
