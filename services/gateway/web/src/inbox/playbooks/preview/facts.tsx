import type { Facts } from "../../../models/playbook-conditions";
import { Field } from "../../ui/field";
import { texts } from "../texts";
import { useWords } from "../words";

interface FactFieldsProps {
  facts: Facts;
  onFacts: (facts: Facts) => void;
}

/** What condition cards ask of the visitor whom the preview plays. */
export function FactFields({ facts, onFacts }: FactFieldsProps) {
  const say = useWords(texts);
  return (
    <details>
      <summary>{say("preview.facts")}</summary>
      <div class="pb-form">
        <Field label={say("preview.page")}>
          {(wiring) => (
            <input
              {...wiring}
              type="url"
              dir="ltr"
              value={facts.page}
              onInput={(input) => onFacts({ ...facts, page: input.currentTarget.value })}
            />
          )}
        </Field>
        <Field label={say("preview.locale")}>
          {(wiring) => (
            <input
              {...wiring}
              type="text"
              dir="ltr"
              value={facts.locale}
              onInput={(input) => onFacts({ ...facts, locale: input.currentTarget.value })}
            />
          )}
        </Field>
        <label class="check">
          <input
            type="checkbox"
            checked={!facts.open}
            onChange={(changed) => onFacts({ ...facts, open: !changed.currentTarget.checked })}
          />
          {say("preview.closed")}
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={facts.returning}
            onChange={(changed) => onFacts({ ...facts, returning: changed.currentTarget.checked })}
          />
          {say("preview.returning")}
        </label>
      </div>
    </details>
  );
}
