import { useEffect, useRef, useState } from "preact/hooks";
import { savedDeal } from "../../models/details";
import { amountTyped, parseAmount } from "../../models/money";
import { useInbox } from "../context";
import { Field } from "../ui/field";
import { CreateForm } from "./create-form";
import { CurrencySelect } from "./deal-field";
import type { Panel } from "./panel";

/** A deal; its value begins as the one in the details. */
export function DealDialog({ panel, onClose }: { panel: Panel; onClose: () => void }) {
  const { t, language } = useInbox();
  const [value, setValue] = useState(() => {
    const known = savedDeal(panel.details.value);
    const { currency } = panel.details.value.deal.read;
    return known === null ? { text: "", currency } : { text: amountTyped(known, language), ...known };
  });
  const amount = useRef<HTMLInputElement>(null);
  const parsed = parseAmount(value.text, value.currency, language);
  const mistake =
    "mistake" in parsed ? t(`details.amount.${parsed.mistake}`, { currency: value.currency }) : "";
  useEffect(() => amount.current?.setCustomValidity(mistake), [mistake]);
  return (
    <CreateForm
      panel={panel}
      title={t("outcomes.createDeal")}
      make={t("outcomes.createDeal")}
      made={t("outcomes.dealMade")}
      wanted={(about) => {
        if ("mistake" in parsed) return null;
        const worth = parsed.minor === null ? {} : { value_minor: parsed.minor, currency: value.currency };
        return { kind: "deal", body: { ...about, ...worth } };
      }}
      onClose={onClose}
    >
      <Field label={t("outcomes.value")} hint={t("outcomes.valueHint")}>
        {(wiring) => (
          <div class="details-money">
            <input
              {...wiring}
              ref={amount}
              type="text"
              inputMode="decimal"
              autocomplete="off"
              value={value.text}
              onInput={(input) => setValue({ ...value, text: input.currentTarget.value })}
            />
            <CurrencySelect
              value={value.currency}
              onChange={(currency) => setValue({ ...value, currency })}
            />
          </div>
        )}
      </Field>
    </CreateForm>
  );
}
