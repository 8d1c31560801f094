import { CONDITIONS_MAX, type Condition, freshCondition } from "../../../models/playbook-conditions";
import { isFull, withCase, withoutCase } from "../../../models/playbook-edit";
import type { ConditionCard } from "../../../wire/types";
import { Button } from "../../ui/button";
import { ConditionForm } from "../condition-form";
import { conditions, told } from "../condition-words";
import type { FormProps, KindView } from "../kind";
import { LeadsTo } from "../leads-to";
import { useDesk } from "../open";
import { texts } from "../texts";
import { useWords } from "../words";

const CASES_MAX = 12;

function Form({ id, card, change }: FormProps<ConditionCard>) {
  const say = useWords(conditions);
  const { editing } = useDesk();
  const flow = editing.flow.value;
  const full = card.cases.length >= CASES_MAX || isFull(flow) ? say("case.full") : null;
  return (
    <section class="pb-paths" aria-label={say("cases")}>
      <p class="field-hint">{say("hint")}</p>
      <ol>
        {card.cases.map((_, at) => (
          <li key={String(at)}>
            <CaseForm id={id} card={card} change={change} at={at} />
          </li>
        ))}
      </ol>
      <Button reason={full} onClick={() => editing.change(withCase(flow, id, [freshCondition("page")]))}>
        {say("case.add")}
      </Button>
      <LeadsTo id={id} way="otherwise" label={say("otherwise")} />
    </section>
  );
}

function CaseForm({ id, card, change, at }: FormProps<ConditionCard> & { at: number }) {
  const say = useWords(conditions);
  const words = useWords(texts);
  const { editing } = useDesk();
  const when = card.cases[at]?.when ?? [];
  const number = at + 1;
  const write = (now: Condition[]) =>
    change({ ...card, cases: card.cases.map((one, place) => (place === at ? { ...one, when: now } : one)) });
  return (
    <fieldset class="pb-case">
      <legend>{say("case", { number })}</legend>
      {when.map((condition, place) => (
        <ConditionForm
          key={`${place}/${condition.of}`}
          condition={condition}
          change={(now) => write(when.map((one, index) => (index === place ? now : one)))}
          {...(when.length > 1 ? { remove: () => write(when.filter((_, index) => index !== place)) } : {})}
        />
      ))}
      <div class="row">
        <Button
          kind="quiet"
          reason={when.length >= CONDITIONS_MAX ? say("and.full") : null}
          onClick={() => write([...when, freshCondition("page")])}
        >
          {say("and")}
        </Button>
        <Button
          kind="quiet"
          reason={card.cases.length < 2 ? say("case.only") : null}
          onClick={() => editing.change(withoutCase(editing.flow.value, id, at))}
        >
          {say("case.delete", { number })}
        </Button>
      </div>
      <LeadsTo id={id} way={`cases/${at}`} label={words("form.leadsTo")} />
    </fieldset>
  );
}

export const kind: KindView<ConditionCard> = {
  kind: "condition",
  order: 45,
  name: { en: "Condition", "pt-BR": "Condição" },
  hint: {
    en: "Goes one way or another by what is known; visitors see nothing of it.",
    "pt-BR": "Segue um caminho ou outro pelo que se sabe; visitantes não veem nada.",
  },
  headline: (card, language) => (card.cases[0]?.when ?? []).map((one) => told(one, language)).join(" + "),
  fresh: (next) => ({
    kind: "condition",
    cases: [{ when: [freshCondition("returning")], next }],
    otherwise: next,
  }),
  wayName: (card, key, language) => {
    const [name, at] = key.split("/");
    if (name === "otherwise") return conditions[language].otherwise as string;
    return (card.cases[Number(at)]?.when ?? []).map((one) => told(one, language)).join(" + ");
  },
  Form,
};
