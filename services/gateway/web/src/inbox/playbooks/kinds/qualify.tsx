import type { QualifyCard } from "../../../wire/types";
import type { FormProps, KindView } from "../kind";
import { LeadsTo } from "../leads-to";
import { texts } from "../texts";
import { useWords } from "../words";

function Form({ id, card, change }: FormProps<QualifyCard>) {
  const say = useWords(texts);
  return (
    <>
      <fieldset class="choices">
        <legend>{say("form.qualified")}</legend>
        {[true, false].map((qualified) => (
          <label key={String(qualified)}>
            <input
              type="radio"
              name={`qualified-${id}`}
              checked={card.qualified === qualified}
              onChange={() => change({ ...card, qualified })}
            />
            {say(qualified ? "form.isQualified" : "form.isDisqualified")}
          </label>
        ))}
      </fieldset>
      <LeadsTo id={id} way="next" label={say("form.then")} />
    </>
  );
}

export const kind: KindView<QualifyCard> = {
  kind: "qualify",
  order: 50,
  name: { en: "Qualify", "pt-BR": "Qualificar" },
  hint: {
    en: "Notes whether the visitor is of interest.",
    "pt-BR": "Anota se o visitante é de interesse.",
  },
  headline: (card, language) => {
    const told = { en: ["Qualified", "Disqualified"], "pt-BR": ["Qualificado", "Desqualificado"] } as const;
    return told[language][card.qualified ? 0 : 1];
  },
  fresh: (next) => ({ kind: "qualify", qualified: true, next }),
  Form,
};
