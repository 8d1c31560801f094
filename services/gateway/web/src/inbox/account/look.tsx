import { LANGUAGES } from "../../i18n/texts";
import { useInbox } from "../context";
import { NAMES } from "../language";
import { singleKeys, THEMES, theme } from "../settings";
import { Field } from "../ui/field";

/** Colours and keys, as this browser keeps them, and the language, which is the agent's in every browser. */
export function Look() {
  const { t, language, setLanguage } = useInbox();
  return (
    <section class="panel" aria-labelledby="account-look">
      <h2 id="account-look">{t("account.look")}</h2>
      <p class="page-lead">{t("account.browser")}</p>
      <div class="form">
        <fieldset class="choices">
          <legend>{t("account.theme")}</legend>
          {THEMES.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="theme"
                checked={theme.value === one}
                onChange={() => {
                  theme.value = one;
                }}
              />
              {t(`account.theme.${one}`)}
            </label>
          ))}
        </fieldset>
        <Field label={t("account.language")} hint={t("account.languageHint")}>
          {(wiring) => (
            <select
              {...wiring}
              value={language}
              onChange={(change) => {
                const chosen = LANGUAGES.find((one) => one === change.currentTarget.value);
                if (chosen !== undefined) setLanguage(chosen);
              }}
            >
              {LANGUAGES.map((one) => (
                <option key={one} value={one} lang={one}>
                  {NAMES[one]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <SingleKeys />
      </div>
    </section>
  );
}

function SingleKeys() {
  const { t } = useInbox();
  return (
    <div>
      <label class="check">
        <input
          type="checkbox"
          aria-describedby="single-keys-hint"
          checked={singleKeys.value}
          onChange={(change) => {
            singleKeys.value = change.currentTarget.checked;
          }}
        />
        {t("account.singleKeys")}
      </label>
      <p id="single-keys-hint" class="field-hint">
        {t("account.singleKeysHint")}
      </p>
    </div>
  );
}
