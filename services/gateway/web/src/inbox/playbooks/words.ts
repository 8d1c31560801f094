import { useMemo } from "preact/hooks";
import { type Language, type Texts, type Translate, translator } from "../../i18n/texts";
import { useSpeech } from "../context";

/** The texts of one part of the editor, in every language. */
export type Words<Key extends string> = Readonly<Record<Language, Texts<Key>>>;

/** What a part of the editor says with its own texts, which come with it and not with the inbox. */
export function useWords<Key extends string>(words: Words<Key>): Translate<Key> {
  const { language } = useSpeech();
  return useMemo(() => translator(language, words[language]), [words, language]);
}
