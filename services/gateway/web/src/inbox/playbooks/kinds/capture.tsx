import { freeKey, withField, withOptions } from "../../../models/playbook-capture";
import { UNWRITTEN } from "../../../models/playbook-edit";
import type { CaptureCard } from "../../../wire/types";
import { Field } from "../../ui/field";
import type { FormProps, KindView } from "../kind";
import { LeadsTo } from "../leads-to";
import { useDesk } from "../open";
import { texts } from "../texts";
import { useWords } from "../words";
import { Written } from "../written";

const FIELDS = ["name", "email", "phone", "company", "free"] as const;
const TYPES = ["text", "number", "date", "choice"] as const;

function Form({ id, card, change }: FormProps<CaptureCard>) {
  const say = useWords(texts);
  const { editing } = useDesk();
  return (
    <>
      <Written
        label={say("form.asks")}
        value={card.text}
        lines={3}
        onValue={(text) => change({ ...card, text })}
      />
      <Field label={say("form.field")}>
        {(wiring) => (
          <select
            {...wiring}
            value={card.field}
            onChange={(changed) => {
              const field = FIELDS.find((one) => one === changed.currentTarget.value) ?? "name";
              change(withField(card, field, freeKey(editing.flow.value)));
            }}
          >
            {FIELDS.map((field) => (
              <option key={field} value={field}>
                {say(`form.field.${field}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {card.field === "free" && <FreeField card={card} change={change} />}
      <Written
        label={say("form.retry")}
        hint={say("form.retryHint")}
        value={card.retry_text}
        lines={2}
        onValue={(retry_text) => change({ ...card, retry_text })}
      />
      <LeadsTo id={id} way="next" label={say("form.then")} />
    </>
  );
}

function FreeField({ card, change }: Omit<FormProps<CaptureCard>, "id">) {
  const say = useWords(texts);
  return (
    <>
      <Written
        label={say("form.fieldLabel")}
        hint={say("form.fieldLabelHint", { key: `{${card.key}}` })}
        value={card.label ?? UNWRITTEN}
        maxLength={120}
        onValue={(label) => change({ ...card, label })}
      />
      <Field label={say("form.type")}>
        {(wiring) => (
          <select
            {...wiring}
            value={card.type ?? "text"}
            onChange={(changed) => {
              const type = TYPES.find((one) => one === changed.currentTarget.value) ?? "text";
              const options = type === "choice" ? [UNWRITTEN] : [];
              change({ ...card, type, options, least: null, most: null });
            }}
          >
            {TYPES.map((type) => (
              <option key={type} value={type}>
                {say(`form.type.${type}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {(card.type === "number" || (card.type ?? "text") === "text") && <Bounds card={card} change={change} />}
      {card.type === "choice" && (
        <Written
          label={say("form.options")}
          hint={say("form.optionsHint")}
          value={(card.options ?? []).join("\n")}
          lines={4}
          onValue={(text) => change(withOptions(card, text))}
        />
      )}
    </>
  );
}

/** Between what a number, or the length of a text, has to be; the least never more than the most. */
function Bounds({ card, change }: Omit<FormProps<CaptureCard>, "id">) {
  const say = useWords(texts);
  const { least = null, most = null } = card;
  const bound = (name: "least" | "most") => (changed: Event) => {
    const input = changed.currentTarget as HTMLInputElement;
    const typed = input.value === "" ? null : Math.round(Number(input.value));
    const now = { least, most, [name]: typed };
    const crossed = now.least !== null && now.most !== null && now.least > now.most;
    if (crossed || Number.isNaN(typed)) input.value = String(card[name] ?? "");
    else change({ ...card, ...now });
  };
  return (
    <div class="form-row">
      {(["least", "most"] as const).map((name) => (
        <Field key={name} label={say(`form.${name}`)} hint={say("form.leastHint")}>
          {(wiring) => (
            <input {...wiring} type="number" step={1} value={card[name] ?? ""} onChange={bound(name)} />
          )}
        </Field>
      ))}
    </div>
  );
}

export const kind: KindView<CaptureCard> = {
  kind: "capture",
  order: 30,
  name: { en: "Capture", "pt-BR": "Captura" },
  hint: { en: "Asks for a detail, such as the e-mail address.", "pt-BR": "Pede um dado, como o e-mail." },
  headline: (card) => card.text,
  fresh: (next) => ({
    kind: "capture",
    text: UNWRITTEN,
    field: "email",
    type: "text",
    retry_text: UNWRITTEN,
    next,
  }),
  Form,
};
