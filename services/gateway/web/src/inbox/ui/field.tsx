import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { useSpeech } from "../context";
import { Button } from "./button";

export type Saving = "none" | "saving" | "saved" | "failed";

interface Wiring {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
}

interface FieldProps {
  label: string;
  hint?: string | undefined;
  /** Why its value was refused. */
  error?: string | null | undefined;
  /** How far the saving of its value is, where it is saved by itself. */
  saving?: Saving;
  onRetry?: () => void;
  /** Gets what ties the input to its label, hint and error. */
  children: (wiring: Wiring) => ComponentChildren;
}

export function Field({ label, hint, error, saving = "none", onRetry, children }: FieldProps) {
  const id = useId();
  const said = error ?? hint;
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>{label}</label>
        <Saved saving={saving} onRetry={onRetry} />
      </div>
      {children({
        id,
        "aria-describedby": said === undefined ? undefined : `${id}-said`,
        "aria-invalid": error ? "true" : undefined,
      })}
      {said !== undefined && (
        <p id={`${id}-said`} class={error ? "field-error" : "field-hint"} role={error ? "alert" : undefined}>
          {said}
        </p>
      )}
    </div>
  );
}

function Saved({ saving, onRetry }: { saving: Saving; onRetry: (() => void) | undefined }) {
  const { t } = useSpeech();
  if (saving === "none") return null;
  const said = { saving: t("shell.saving"), saved: t("shell.saved"), failed: t("shell.failed") }[saving];
  return (
    <span class={`field-saving ${saving}`} role="status">
      {said}
      {saving === "failed" && onRetry && (
        <Button kind="quiet" onClick={onRetry}>
          {t("shell.retry")}
        </Button>
      )}
    </span>
  );
}
