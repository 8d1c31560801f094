import type { Texts } from "../../i18n/texts";

/** The texts of one part of the inbox, each in every language: what is missing in one does not build. */
export function area<Key extends string>(texts: {
  en: Texts<Key>;
  "pt-BR": Texts<NoInfer<Key>>;
}): { en: Texts<Key>; "pt-BR": Texts<Key> } {
  return texts;
}
