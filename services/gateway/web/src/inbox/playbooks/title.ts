import type { Language } from "../../i18n/texts";
import type { Flow } from "../../wire/types";
import { headlineOf, nameOf } from "./kind";

const CHARS_MAX = 60;

/** What a card is called where it is spoken of: its kind, and what it says. */
export function titleOf(flow: Flow, id: string, language: Language): string {
  const card = flow.cards[id];
  if (card === undefined) return id;
  const [name, said] = [nameOf(card, language), headlineOf(card, language)];
  if (said === "") return name;
  return `${name}: ${said.length > CHARS_MAX ? `${said.slice(0, CHARS_MAX - 1)}…` : said}`;
}
