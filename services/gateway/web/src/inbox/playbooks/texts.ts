import type { Language, Texts } from "../../i18n/texts";
import { cards } from "./texts/cards";
import { dryRun } from "./texts/dry-run";
import { editor } from "./texts/editor";
import { forms } from "./texts/forms";
import { parts } from "./texts/parts";
import { whole } from "./texts/whole";

type Areas = typeof cards & typeof dryRun & typeof editor & typeof forms & typeof parts & typeof whole;

/** Every text of the editor but those that a kind of card says of itself. */
export type Key = keyof Areas["en"];

/** They come with the editor, and not with the inbox. */
export const texts: Readonly<Record<Language, Texts<Key>>> = {
  en: { ...cards.en, ...dryRun.en, ...editor.en, ...forms.en, ...parts.en, ...whole.en },
  "pt-BR": {
    ...cards["pt-BR"],
    ...dryRun["pt-BR"],
    ...editor["pt-BR"],
    ...forms["pt-BR"],
    ...parts["pt-BR"],
    ...whole["pt-BR"],
  },
};
