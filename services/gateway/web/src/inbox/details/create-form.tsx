import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { OutcomeBody } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { keyOf } from "../ui/key-of";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import type { Wanted } from "./outcomes-kept";
import type { Panel } from "./panel";

interface CreateFormProps {
  panel: Panel;
  title: string;
  /** What the button says. */
  make: string;
  /** What is told once it is made. */
  made: string;
  /** What the form's own fields say; null where they are not right: the form says why. */
  wanted: (about: OutcomeBody) => Wanted | null;
  onClose: () => void;
  children?: ComponentChildren;
}

/**
 * A dialog that makes a lead, a deal or an activity: once, however often the connection breaks meanwhile. What was filled in
 * is not thrown away by a slip of the hand.
 */
export function CreateForm({ panel, title, make, made, wanted, onClose, children }: CreateFormProps) {
  const { t, toast } = useInbox();
  const [about, setAbout] = useState({ title: "", note: "" });
  const { busy, problem, send } = useSending();
  const keys = useRef(keyOf());
  const submit = async () => {
    const what = wanted({ title: about.title.trim() || null, note: about.note.trim() || null });
    if (what === null) return;
    if (!(await send(() => panel.outcomes.make(what, keys.current(what))))) return;
    toast(made);
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose} asks busy={busy}>
      <form
        class="details-form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void submit();
        }}
      >
        <Field label={t("outcomes.name")} hint={t("outcomes.nameHint")}>
          {(wiring) => (
            <input
              {...wiring}
              type="text"
              dir="auto"
              autocomplete="off"
              maxLength={200}
              value={about.title}
              onInput={(input) => setAbout({ ...about, title: input.currentTarget.value })}
            />
          )}
        </Field>
        {children}
        <Field label={t("outcomes.note")}>
          {(wiring) => (
            <textarea
              {...wiring}
              rows={3}
              dir="auto"
              maxLength={4_000}
              value={about.note}
              onInput={(input) => setAbout({ ...about, note: input.currentTarget.value })}
            />
          )}
        </Field>
        <Refusal problem={problem} />
        <div class="dialog-buttons">
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {make}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
