import { useRef, useState } from "preact/hooks";
import { UNWRITTEN } from "../../../models/playbook-edit";
import { typedText, withTyped } from "../../../models/playbook-formatted";
import type { MessageCard } from "../../../wire/types";
import { Button } from "../../ui/button";
import type { FormProps, KindView } from "../kind";
import { LeadsTo } from "../leads-to";
import { texts } from "../texts";
import { useWords } from "../words";
import { Written } from "../written";

function Form({ id, card, change }: FormProps<MessageCard>) {
  const say = useWords(texts);
  const [typed, setTyped] = useState(typedText(card));
  // What somebody else wrote stands here as well; what one types oneself stays as it is typed.
  const told = typedText(card);
  const shown = typedText(withTyped(card, typed)) === told ? typed : told;
  const write = (text: string) => {
    setTyped(text);
    change(withTyped(card, text));
  };
  return (
    <>
      <Marks text={shown} write={write} />
      <Written
        label={say("form.message")}
        hint={say("form.marks")}
        value={shown}
        lines={5}
        name="message"
        onValue={write}
      />
      <LeadsTo id={id} way="next" label={say("form.then")} />
    </>
  );
}

const MARKS = {
  bold: (words: string) => `**${words}**`,
  italics: (words: string) => `_${words}_`,
  link: (words: string) => `[${words}](https://)`,
} as const;

/** Buttons that put marks around what is selected. */
function Marks({ text, write }: { text: string; write: (text: string) => void }) {
  const say = useWords(texts);
  const row = useRef<HTMLFieldSetElement>(null);
  const mark = (how: keyof typeof MARKS) => {
    const area = row.current?.parentElement?.querySelector<HTMLTextAreaElement>("[data-field=message]");
    if (!area) return;
    const { selectionStart: from, selectionEnd: to } = area;
    const marked = MARKS[how](area.value.slice(from, to) || say(`form.mark.${how}`));
    write(`${area.value.slice(0, from)}${marked}${area.value.slice(to)}` || text);
    requestAnimationFrame(() => {
      area.focus();
      area.setSelectionRange(from, from + marked.length);
    });
  };
  return (
    <fieldset class="row" ref={row} aria-label={say("form.markUp")}>
      {(["bold", "italics", "link"] as const).map((how) => (
        <Button key={how} kind="quiet" onClick={() => mark(how)}>
          {say(`form.mark.${how}`)}
        </Button>
      ))}
    </fieldset>
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
