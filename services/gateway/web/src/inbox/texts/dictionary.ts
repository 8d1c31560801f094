import type { Language, Texts, Translate } from "../../i18n/texts";
import { details } from "./details";
import { keys } from "./keys";
import { liveChat } from "./live-chat";
import { notices } from "./notices";
import { pages } from "./pages";
import { people } from "./people";
import { problems } from "./problems";
import { search } from "./search";
import { shell } from "./shell";
import { views } from "./views";

const areas = [shell, liveChat, keys, search, views, details, pages, people, notices, problems] as const;
type Of<Area> = Area extends { en: Texts<infer Key> } ? Key : never;

/** Every text of the inbox. Keys begin with their area, so that no two areas have the same. */
export type Key = Of<(typeof areas)[number]>;
export type T = Translate<Key>;

/** All texts of a language in one. */
export function textsOf(language: Language): Texts<Key> {
  return Object.assign({}, ...areas.map((area) => area[language])) as Texts<Key>;
}
