import { useState } from "preact/hooks";
import { gotBy, type PageRule } from "../../models/page-rules";
import type { ListedPlaybook } from "../../wire/types";
import { Field } from "../ui/field";
import { ruleWords } from "./rule-words";
import { useWords } from "./words";

interface TryAddressProps {
  rules: readonly PageRule[];
  all: readonly ListedPlaybook[];
}

/** Which playbook visits on a page would get, by the rules as they stand here, saved or not. */
export function TryAddress({ rules, all }: TryAddressProps) {
  const say = useWords(ruleWords);
  const [page, setPage] = useState("");
  const [locale, setLocale] = useState(navigator.language);
  const takes = (id: string) => all.some((one) => one.playbook_id === id && one.active);
  const got = gotBy(rules, { page: page.trim(), locale: locale.trim() }, takes);
  const name = all.find((one) => one.playbook_id === rules[got - 1]?.playbook_id)?.name ?? "";
  return (
    <fieldset class="pb-case">
      <legend>{say("try")}</legend>
      <Field label={say("try.page")}>
        {(wiring) => (
          <input
            {...wiring}
            type="url"
            dir="ltr"
            autocomplete="off"
            maxLength={2000}
            placeholder="https://www.example.com/"
            value={page}
            onInput={(input) => setPage(input.currentTarget.value)}
          />
        )}
      </Field>
      <Field label={say("try.locale")}>
        {(wiring) => (
          <input
            {...wiring}
            type="text"
            dir="ltr"
            autocomplete="off"
            maxLength={35}
            value={locale}
            onInput={(input) => setLocale(input.currentTarget.value)}
          />
        )}
      </Field>
      <p role="status" class="pb-got">
        {page.trim() === ""
          ? say("try.none")
          : got === 0
            ? say("try.own")
            : say("try.rule", { number: got, name })}
      </p>
    </fieldset>
  );
}
