import { useEffect, useId, useRef, useState } from "preact/hooks";
import { ranked } from "../../models/keys";
import type { Stood } from "../../models/steady";
import { useInbox } from "../context";
import { Dialog } from "../ui/dialog";
import { useSteady } from "../ui/steady";
import { type Choice, choicesOf } from "./choices";
import { shown } from "./run";

const MOST = 50;
const idOf = (choice: Choice) => choice.id;

/**
 * Finds commands, places and conversations by what is typed; arrows pick, Enter does it. What was found for some words
 * keeps its place until others are typed.
 */
export function Palette() {
  const inbox = useInbox();
  const { t } = inbox;
  const id = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(typed);
  const found = ranked(typed, choicesOf(inbox), (one) => one.label);
  const choices = useSteady(found, idOf, before.current === typed).slice(0, MOST);
  before.current = typed;
  const picked = Math.min(at, choices.length - 1);
  const close = () => {
    shown.value = null;
  };
  const take = (choice: Stood<Choice> | undefined) => {
    if (choice === undefined || choice.gone) return;
    close();
    // The dialog gives the focus back first: what is done may put it elsewhere.
    setTimeout(choice.item.run);
  };
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  });
  return (
    <Dialog title={t("keys.palette")} wide onClose={close}>
      <input
        role="combobox"
        aria-label={t("keys.paletteFind")}
        aria-expanded="true"
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={picked >= 0 ? `${id}-${picked}` : undefined}
        placeholder={t("keys.paletteFind")}
        autocomplete="off"
        value={typed}
        onInput={(input) => {
          setTyped(input.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(press) => {
          const to = moved(press.key, picked, choices.length);
          if (press.key === "Enter") take(choices[picked]);
          else if (to !== null) setAt(to);
          else return;
          press.preventDefault();
        }}
      />
      <div id={id} ref={list} role="listbox" class="palette" aria-label={t("keys.palette")} tabIndex={-1}>
        {choices.map((choice, index) => (
          <button
            type="button"
            key={choice.item.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === picked}
            aria-disabled={choice.gone ? "true" : undefined}
            onClick={() => take(choice)}
          >
            <span class="clip">{choice.item.label}</span>
            <small>{choice.gone ? t("shell.gone") : choice.item.hint}</small>
          </button>
        ))}
      </div>
      {choices.length === 0 && <p role="status">{t("keys.paletteNone")}</p>}
    </Dialog>
  );
}

function moved(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at - 1 + count) % count;
  return null;
}
