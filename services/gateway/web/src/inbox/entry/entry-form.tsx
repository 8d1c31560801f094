import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../wire/problem";
import { useSpeech } from "../context";
import { problemText } from "../problem-text";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { problemFrom } from "../ui/loaded";

/** Which field a refusal stands at; others stand under the form. */
export interface Refusal {
  of: (field: string) => string | null;
}

interface EntryFormProps {
  submit: string;
  fields: (refusal: Refusal) => ComponentChildren;
  /** Which field each refusal belongs to, by its code. */
  places: Readonly<Record<string, string>>;
  onSubmit: (values: Readonly<Record<string, string>>) => Promise<void>;
}

/** A form that is sent once, whose refusals stand where they belong. */
export function EntryForm({ submit, fields, places, onSubmit }: EntryFormProps) {
  const { t, format } = useSpeech();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const text = problem === null ? null : problemText(problem, t, format);
  const place = problem === null ? undefined : places[problem.code];
  const send = async (form: HTMLFormElement) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const values = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
      await onSubmit(Object.fromEntries(values));
    } catch (error) {
      setProblem(problemFrom(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="entry-form"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void send(submitted.currentTarget);
      }}
    >
      {fields({ of: (field) => (place === field ? text : null) })}
      {problem !== null && place === undefined && (
        <div class="field-error" role="alert">
          {text}
          {problem.correlationId !== null && (
            <small class="mono">{t("problem.report", { id: problem.correlationId })}</small>
          )}
        </div>
      )}
      <Button kind="primary" type="submit" busy={busy}>
        {submit}
      </Button>
    </form>
  );
}

/** A password, which can be looked at while it is typed. */
export function Password({ error, fresh = false }: { error: string | null; fresh?: boolean }) {
  const { t } = useSpeech();
  const [shown, setShown] = useState(false);
  return (
    <>
      <Field label={t("entry.password")} hint={fresh ? t("entry.passwordHint") : undefined} error={error}>
        {(wiring) => {
          const all = {
            ...wiring,
            name: "password",
            autocomplete: fresh ? "new-password" : "current-password",
            required: true,
            minLength: fresh ? 10 : 1,
            maxLength: 200,
          } as const;
          return shown ? <input {...all} type="text" /> : <input {...all} type="password" />;
        }}
      </Field>
      <label class="check">
        <input
          type="checkbox"
          checked={shown}
          onChange={(change) => setShown(change.currentTarget.checked)}
        />
        {t("entry.show")}
      </label>
    </>
  );
}
