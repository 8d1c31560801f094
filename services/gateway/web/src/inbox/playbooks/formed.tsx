import { useRef, useState } from "preact/hooks";
import { type Body, typedText, withTyped } from "../../models/playbook-formatted";
import { limitOf } from "../../models/playbook-limits";
import { Button } from "../ui/button";
import { texts } from "./texts";
import { useWords } from "./words";
import { Written } from "./written";

interface FormedFieldProps {
  label: string;
  /** What is said of it beside how a form is typed. */
  hint?: string;
  text: string;
  body: Body | undefined;
  lines: number;
  /** Tells it from others of the same card. */
  name: string;
  onFormed: (formed: { text: string; body: Body }) => void;
}

/** A text that may have a form: bold and italic words, links, lists, pictures. */
export function FormedField({ label, hint, text, body, lines, name, onFormed }: FormedFieldProps) {
  const say = useWords(texts);
  const told = typedText(body === undefined ? { text } : { text, body });
  const [typed, setTyped] = useState(told);
  // What somebody else wrote stands here as well; what one types oneself stays as it is typed.
  const shown = typedText(withTyped(typed)) === told ? typed : told;
  const limit = limitOf(withTyped(shown));
  const write = (now: string) => {
    setTyped(now);
    onFormed(withTyped(now));
  };
  return (
    <div class="pb-formed">
      <Written
        label={label}
        hint={hint ?? say("form.marks")}
        value={shown}
        lines={lines}
        name={name}
        error={limit === null ? null : say(`problem.${limit}`)}
        onValue={write}
        tools={<Marks label={label} name={name} text={shown} write={write} />}
      />
      {hint !== undefined && <p class="field-hint">{say("form.marks")}</p>}
    </div>
  );
}

const MARKS = {
  bold: (words: string) => `**${words}**`,
  italics: (words: string) => `_${words}_`,
  link: (words: string) => `[${words}](https://)`,
} as const;

/** Buttons that put marks around what is selected. */
interface MarksProps {
  label: string;
  name: string;
  text: string;
  write: (text: string) => void;
}

function Marks({ label, name, text, write }: MarksProps) {
  const say = useWords(texts);
  const row = useRef<HTMLFieldSetElement>(null);
  const mark = (how: keyof typeof MARKS) => {
    const area = row.current?.parentElement?.querySelector<HTMLTextAreaElement>(`[data-field=${name}]`);
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
    <fieldset class="row pb-marks" ref={row} aria-label={say("form.markUp", { label })}>
      {(["bold", "italics", "link"] as const).map((how) => (
        <Button key={how} kind="quiet" onClick={() => mark(how)}>
          {say(`form.mark.${how}`)}
        </Button>
      ))}
    </fieldset>
  );
}
