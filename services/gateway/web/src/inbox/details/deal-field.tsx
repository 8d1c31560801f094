import { useMemo } from "preact/hooks";
import { currenciesNamed } from "../../models/currencies";
import { dealMistake } from "../../models/details";
import { overtaking, shown } from "../../models/field";
import { useInbox } from "../context";
import { problemText } from "../problem-text";
import { Field } from "../ui/field";
import { Choice } from "./choice";
import type { Panel } from "./panel";
import { savingOf } from "./saving";

/** What the deal may be worth: an amount in the person's own decimal form, and its currency. */
export function DealField({ panel }: { panel: Panel }) {
  const { t, format } = useInbox();
  const field = panel.details.value.deal;
  const { text, currency } = shown(field);
  const mistake = panel.left.value.has("deal_value") ? dealMistake(panel.details.value) : null;
  const failure = field.saving.is === "failed" ? problemText(field.saving.problem, t, format) : null;
  const over = overtaking(field);
  const leave = () => void panel.leave("deal_value");
  // From the amount to its currency one is still in the same field.
  const leaveGroup = (blur: FocusEvent) => {
    const group = (blur.currentTarget as HTMLElement).closest("[role=group]");
    if (!(blur.relatedTarget instanceof Node && group?.contains(blur.relatedTarget))) leave();
  };
  return (
    <>
      <Field
        label={t("details.dealValue")}
        error={mistake === null ? failure : t(`details.amount.${mistake}`, { currency })}
        saving={savingOf(field, mistake !== null)}
        onRetry={leave}
      >
        {(wiring) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend beside the label.
          <div class="details-money" role="group" aria-label={t("details.dealValue")}>
            <input
              {...wiring}
              type="text"
              inputMode="decimal"
              autocomplete="off"
              value={text}
              onInput={(input) => panel.typeDeal({ text: input.currentTarget.value, currency })}
              onBlur={leaveGroup}
              onKeyDown={(press) => {
                if (press.key === "Enter" && !press.isComposing) leave();
              }}
            />
            <CurrencySelect
              value={currency}
              onBlur={leaveGroup}
              onChange={(chosen) => panel.typeDeal({ text, currency: chosen })}
            />
          </div>
        )}
      </Field>
      {over !== null && (
        <Choice
          now={over.now.text === "" ? "" : `${over.now.text} ${over.now.currency}`}
          label={t("details.dealValue")}
          by={over.by}
          onMine={() => void panel.choose("deal_value", true)}
          onTheirs={() => void panel.choose("deal_value", false)}
        />
      )}
    </>
  );
}

interface CurrencySelectProps {
  value: string;
  onChange: (currency: string) => void;
  onBlur?: (blur: FocusEvent) => void;
}

/** All currencies that are taken, by their names. */
export function CurrencySelect({ value, onChange, onBlur }: CurrencySelectProps) {
  const { t, language } = useInbox();
  const named = useMemo(() => currenciesNamed(language), [language]);
  return (
    <select
      dir="ltr"
      aria-label={t("details.currency")}
      value={value}
      {...(onBlur === undefined ? {} : { onBlur })}
      onChange={(change) => onChange(change.currentTarget.value)}
    >
      {named.map(({ code, name }) => (
        <option key={code} value={code}>
          {`${code} · ${name}`}
        </option>
      ))}
    </select>
  );
}
