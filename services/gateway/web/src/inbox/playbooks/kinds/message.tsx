import { UNWRITTEN } from "../../../models/playbook-edit";
import type { MessageCard } from "../../../wire/types";
import type { FormProps, KindView } from "../kind";
import { LeadsTo } from "../leads-to";
import { texts } from "../texts";
import { useWords } from "../words";
import { Written } from "../written";

function Form({ id, card, change }: FormProps<MessageCard>) {
  const say = useWords(texts);
  return (
    <>
      <Written
        label={say("form.message")}
        value={card.text}
        lines={4}
        onValue={(text) => change({ ...card, text, body: [] })}
      />
      <LeadsTo id={id} way="next" label={say("form.then")} />
    </>
  );
}

export const kind: KindView<MessageCard> = {
  kind: "message",
  order: 20,
  name: { en: "Message", "pt-BR": "Mensagem" },
  hint: { en: "Says something and goes on.", "pt-BR": "Diz algo e segue adiante." },
  headline: (card) => card.text,
  fresh: (next) => ({ kind: "message", text: UNWRITTEN, next }),
  Form,
};
