import { UNWRITTEN } from "../../../models/playbook-edit";
import type { MessageCard } from "../../../wire/types";
import { FormedField } from "../formed";
import type { FormProps, KindView } from "../kind";
import { LeadsTo } from "../leads-to";
import { texts } from "../texts";
import { useWords } from "../words";

function Form({ id, card, change }: FormProps<MessageCard>) {
  const say = useWords(texts);
  return (
    <>
      <FormedField
        label={say("form.message")}
        text={card.text}
        body={card.body}
        lines={5}
        name="message"
        onFormed={(formed) => change({ ...card, ...formed })}
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
