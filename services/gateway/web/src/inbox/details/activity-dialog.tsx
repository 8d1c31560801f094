import { useState } from "preact/hooks";
import { localOf, tomorrow, utcOf } from "../../models/due";
import { useInbox } from "../context";
import { Field } from "../ui/field";
import { CreateForm } from "./create-form";
import type { Panel } from "./panel";

const KINDS = ["task", "call", "meeting", "email"] as const;
type Kind = (typeof KINDS)[number];

/** Something to do about the conversation, by a time of the agent's own clock. */
export function ActivityDialog({ panel, onClose }: { panel: Panel; onClose: () => void }) {
  const { t } = useInbox();
  const [kind, setKind] = useState<Kind>("task");
  const [due, setDue] = useState(() => localOf(tomorrow(new Date())));
  return (
    <CreateForm
      panel={panel}
      title={t("outcomes.addActivity")}
      make={t("outcomes.addActivity")}
      made={t("outcomes.activityMade")}
      wanted={(about) => ({ kind: "activity", body: { ...about, kind, due_at: utcOf(due) } })}
      onClose={onClose}
    >
      <fieldset class="details-kinds">
        <legend>{t("outcomes.kind")}</legend>
        {KINDS.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="kind"
              value={one}
              checked={kind === one}
              onChange={() => setKind(one)}
            />
            {t(`outcomes.${one}`)}
          </label>
        ))}
      </fieldset>
      <Field label={t("outcomes.dueAt")} hint={t("outcomes.dueHint")}>
        {(wiring) => (
          <input
            {...wiring}
            type="datetime-local"
            min="2000-01-02T00:00"
            max="2200-12-30T00:00"
            value={due}
            onInput={(input) => setDue(input.currentTarget.value)}
          />
        )}
      </Field>
    </CreateForm>
  );
}
