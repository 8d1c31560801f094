import { useState } from "preact/hooks";
import { usualCurrency } from "../../../models/currencies";
import { amountTyped, parseAmount } from "../../../models/money";
import type { ActionCard } from "../../../wire/types";
import { useSpeech } from "../../context";
import { CurrencySelect } from "../../details/deal-field";
import { Field } from "../../ui/field";
import type { FormProps, KindView } from "../kind";
import { LeadsTo } from "../leads-to";
import { useDesk } from "../open";
import { texts } from "../texts";
import { useWords } from "../words";
import { Written } from "../written";

const FOLLOW_UPS = ["lead", "deal", "activity"] as const;
const DAYS_MAX = 365;

function Form({ id, card, change }: FormProps<ActionCard>) {
  const say = useWords(texts);
  const { language } = useSpeech();
  return (
    <>
      <Field label={say("form.followUp")}>
        {(wiring) => (
          <select
            {...wiring}
            value={card.follow_up}
            onChange={(changed) => {
              const follow_up = FOLLOW_UPS.find((one) => one === changed.currentTarget.value) ?? "lead";
              change({ ...card, follow_up });
            }}
          >
            {FOLLOW_UPS.map((one) => (
              <option key={one} value={one}>
                {say(`form.followUp.${one}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Written
        label={say("form.title")}
        hint={say("form.titleHint")}
        value={card.title ?? ""}
        optional
        onValue={(title) => change({ ...card, title: title === "" ? null : title })}
      />
      <Written
        label={say("form.note")}
        value={card.note ?? ""}
        lines={3}
        optional
        onValue={(note) => change({ ...card, note: note === "" ? null : note })}
      />
      {card.follow_up === "activity" ? (
        <>
          <Due card={card} change={change} />
          <FromField
            label={say("form.dueField")}
            type="date"
            value={card.due_field ?? null}
            onValue={(due_field) => change({ ...card, due_field })}
          />
        </>
      ) : (
        <>
          <Value card={card} change={change} />
          <FromField
            label={say("form.valueField")}
            type="number"
            value={card.deal_value_field ?? null}
            onValue={(deal_value_field) => {
              const currency = card.currency ?? (deal_value_field === null ? null : usualCurrency(language));
              change({ ...card, deal_value_field, currency });
            }}
          />
        </>
      )}
      <LeadsTo id={id} way="next" label={say("form.then")} />
    </>
  );
}

interface FromFieldProps {
  label: string;
  type: "number" | "date";
  value: string | null;
  onValue: (key: string | null) => void;
}

/** A captured field that tells it instead, where the visitor gave it. */
function FromField({ label, type, value, onValue }: FromFieldProps) {
  const say = useWords(texts);
  const { editing } = useDesk();
  const fields = Object.values(editing.flow.value.cards).flatMap((one): [string, string][] =>
    one.kind === "capture" && one.key && one.type === type ? [[one.key, one.label ?? one.key]] : [],
  );
  if (value !== null && !fields.some(([key]) => key === value)) fields.push([value, value]);
  if (fields.length === 0) return null;
  return (
    <Field label={label}>
      {(wiring) => (
        <select
          {...wiring}
          value={value ?? ""}
          onChange={(changed) => onValue(changed.currentTarget.value || null)}
        >
          <option value="">{say("form.noField")}</option>
          {fields.map(([key, name]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** A deal's worth; what is no amount stays in its field, with what is wrong, and is not saved. */
function Value({ card, change }: Omit<FormProps<ActionCard>, "id">) {
  const say = useWords(texts);
  const { t, language } = useSpeech();
  const currency = card.currency ?? usualCurrency(language);
  const minor = card.deal_value_minor ?? null;
  const [text, setText] = useState(minor === null ? "" : amountTyped({ minor, currency }, language));
  const write = (typed: string, coin: string) => {
    setText(typed);
    const parsed = parseAmount(typed, coin, language);
    if ("mistake" in parsed) return;
    const needed = parsed.minor !== null || card.deal_value_field != null;
    change({ ...card, deal_value_minor: parsed.minor, currency: needed ? coin : null });
  };
  const parsed = parseAmount(text, currency, language);
  const mistake = "mistake" in parsed ? t(`details.amount.${parsed.mistake}`, { currency }) : null;
  return (
    <Field label={say("form.value")} error={mistake}>
      {(wiring) => (
        <div class="details-money">
          <input
            {...wiring}
            type="text"
            inputMode="decimal"
            autocomplete="off"
            value={text}
            onInput={(input) => write(input.currentTarget.value, currency)}
          />
          <CurrencySelect value={currency} onChange={(coin) => write(text, coin)} />
        </div>
      )}
    </Field>
  );
}

function Due({ card, change }: Omit<FormProps<ActionCard>, "id">) {
  const say = useWords(texts);
  return (
    <Field label={say("form.due")} hint={say("form.dueHint")}>
      {(wiring) => (
        <input
          {...wiring}
          type="number"
          min={0}
          max={DAYS_MAX}
          step={1}
          value={card.due_in_days ?? ""}
          onChange={({ currentTarget: input }) => {
            const days = Math.min(DAYS_MAX, Math.max(0, Math.round(Number(input.value))));
            const due_in_days = input.value === "" || Number.isNaN(days) ? null : days;
            input.value = due_in_days === null ? "" : String(due_in_days);
            change({ ...card, due_in_days });
          }}
        />
      )}
    </Field>
  );
}

export const kind: KindView<ActionCard> = {
  kind: "action",
  order: 60,
  name: { en: "Action", "pt-BR": "Ação" },
  hint: {
    en: "Creates a lead, a deal or an activity.",
    "pt-BR": "Cria um lead, um negócio ou uma atividade.",
  },
  headline: (card, language) => {
    const told = {
      en: { lead: "Create a lead", deal: "Create a deal", activity: "Create an activity" },
      "pt-BR": { lead: "Criar um lead", deal: "Criar um negócio", activity: "Criar uma atividade" },
    } as const;
    return card.title ?? told[language][card.follow_up];
  },
  fresh: (next) => ({ kind: "action", follow_up: "lead", next }),
  Form,
};
