import { signal } from "@preact/signals";
import { LANGUAGES, type Language, nearest } from "../i18n/texts";
import type { Account } from "../wire/types";
import { kept } from "./kept";

/** What each language calls itself. */
export const NAMES: Readonly<Record<Language, string>> = { en: "English", "pt-BR": "Português (Brasil)" };

/** As it was picked on this page before anybody signed in, or in this browser when accounts did not keep it yet. */
let picked: Language | null = LANGUAGES.find((one) => one === kept.get("language")) ?? null;

/**
 * The language of the pages: the agent's own, as their account has it; until they have chosen one, and while nobody is
 * signed in, as it was picked on this page, else the nearest to the browser's own. Before the account is known, the page
 * speaks as whoever was here last and did not sign out.
 */
export const language = signal<Language>(ofLast() ?? usual());

/** For the pages before one is signed in; whoever signs in there and has chosen none keeps it. */
export function pick(chosen: Language): void {
  picked = chosen;
  language.value = chosen;
}

/** Somebody is signed in. Gives what they picked on their way in, where that is to be their language from now on. */
export function speakTo(me: Account): Language | null {
  const before = picked;
  picked = null;
  kept.set(nameFor(me.agent_id), me.language);
  language.value = me.language ?? before ?? usual();
  return me.language === null ? before : null;
}

/** Nobody is signed in: whose session ended by itself may come back. */
export function speakToNobody(): void {
  language.value = picked ?? ofLast() ?? usual();
}

function ofLast(): Language | undefined {
  const known = kept.get(nameFor(kept.get("agent")));
  return LANGUAGES.find((one) => one === known);
}

function nameFor(agent: string | null): string {
  return `language.${agent}`;
}

function usual(): Language {
  return nearest(navigator.languages);
}
