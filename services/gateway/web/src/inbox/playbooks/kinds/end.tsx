import { UNWRITTEN } from "../../../models/playbook-edit";
import type { EndCard } from "../../../wire/types";
import type { FormProps, KindView } from "../kind";
import { texts } from "../texts";
import { useWords } from "../words";
import { Written } from "../written";

function Form({ card, change }: FormProps<EndCard>) {
  const say = useWords(texts);
  return (
    <Written
      label={say("form.goodbye")}
      hint={say("form.goodbyeHint")}
      value={card.text}
      lines={4}
      onValue={(text) => change({ ...card, text })}
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
