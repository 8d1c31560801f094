import { UNWRITTEN } from "../../../models/playbook-edit";
import type { EndCard } from "../../../wire/types";
import { FormedField } from "../formed";
import type { FormProps, KindView } from "../kind";
import { texts } from "../texts";
import { useWords } from "../words";

function Form({ card, change }: FormProps<EndCard>) {
  const say = useWords(texts);
  return (
    <FormedField
      label={say("form.goodbye")}
      hint={say("form.goodbyeHint")}
      text={card.text}
      body={card.body}
      lines={4}
      name="goodbye"
      onFormed={(formed) => change({ ...card, ...formed })}
    />
  );
}

export const kind: KindView<EndCard> = {
  kind: "end",
  order: 70,
  name: { en: "End", "pt-BR": "Fim" },
  hint: {
    en: "Says goodbye. What followed here is cut off.",
    "pt-BR": "Despede-se. O que vinha depois fica separado.",
  },
  headline: (card) => card.text,
  fresh: () => ({ kind: "end", text: UNWRITTEN }),
  Form,
};
