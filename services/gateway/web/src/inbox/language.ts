import { signal } from "@preact/signals";
import { LANGUAGES, type Language, nearest } from "../i18n/texts";
import { kept } from "./kept";

/** The language of the pages: as it was picked in this browser, else the nearest to the browser's own. */
export const language = signal<Language>(picked() ?? nearest(navigator.languages));

/** What each language calls itself. */
export const NAMES: Readonly<Record<Language, string>> = { en: "English", "pt-BR": "Português (Brasil)" };

export function setLanguage(chosen: Language): void {
  kept.set("language", chosen);
  language.value = chosen;
}

function picked(): Language | undefined {
  const known = kept.get("language");
  return LANGUAGES.find((one) => one === known);
}
