import { useId, useRef, useState } from "preact/hooks";
import { LANGUAGES, type Language } from "../../i18n/texts";
import { asked, created, leadsToAPerson, nextRequest, published, TEMPLATES } from "../../models/setup";
import type { Accepted } from "../../wire/types";
import { useInbox } from "../context";
import { NAMES } from "../language";
import { Field } from "../ui/field";
import { keyOf } from "../ui/key-of";
import { LineField } from "../ui/line-field";
import { StepForm, type StepProps } from "./step-form";

/** Template, name, language and wait time: with them a playbook is made, and published. */
export function NameStep({ setup, onChange, onClose }: StepProps) {
  const { t, api, language } = useInbox();
  const [name, setName] = useState(t("chatbot.usualName"));
  const [speaks, setSpeaks] = useState<Language>(language);
  const [wait, setWait] = useState("60");
  const keys = useRef(keyOf());
  const id = useId();
  const make = async () => {
    let now = setup;
    if (nextRequest(now) === "create") {
      const body = asked(now, { name, language: speaks, wait });
      const told = await api.post<Accepted>("playbook/playbooks", body, { key: keys.current(body) });
      now = created(now, told.ids?.playbook_id ?? "");
      onChange(now);
    }
    await api.post(`playbook/playbooks/${now.playbookId}/publish`);
    onChange(published(now));
  };
  // What is made keeps what was typed for it: from then on only its publication is left.
  const made = setup.playbookId !== null;
  return (
    <StepForm run={make} action={t("chatbot.step.next")} onLater={onClose}>
      <fieldset class="choices templates" disabled={made}>
        <legend>{t("chatbot.template")}</legend>
        {TEMPLATES.map((one) => (
          <div key={one}>
            <label>
              <input
                type="radio"
                name="template"
                aria-describedby={`${id}-${one}`}
                checked={setup.template === one}
                onChange={() => onChange({ ...setup, template: one })}
              />
              {t(`chatbot.template.${one}`)}
            </label>
            <small id={`${id}-${one}`}>{t(`chatbot.template.${one}Text`)}</small>
          </div>
        ))}
      </fieldset>
      <LineField label={t("chatbot.name")} maxLength={120} disabled={made} value={name} onValue={setName} />
      <div class="form-row">
        <Field label={t("chatbot.language")} hint={t("chatbot.languageHint")}>
          {(wiring) => (
            <select
              {...wiring}
              disabled={made}
              value={speaks}
              onChange={(change) =>
                setSpeaks(LANGUAGES.find((one) => one === change.currentTarget.value) ?? "en")
              }
            >
              {LANGUAGES.map((one) => (
                <option key={one} value={one}>
                  {NAMES[one]}
                </option>
              ))}
            </select>
          )}
        </Field>
        {leadsToAPerson(setup.template) && (
          <Field label={t("chatbot.wait")} hint={t("chatbot.waitHint")}>
            {(wiring) => (
              <input
                {...wiring}
                type="number"
                required
                min={5}
                max={1_800}
                step={1}
                disabled={made}
                value={wait}
                onInput={(input) => setWait(input.currentTarget.value)}
              />
            )}
          </Field>
        )}
      </div>
    </StepForm>
  );
}
