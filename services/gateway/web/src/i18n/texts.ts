/** The languages that there are; one without all texts does not build. */
export const LANGUAGES = ["en", "pt-BR"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text, or one for each plural form that our languages have. What stands in braces is filled in. */
export type Text = string | { readonly one: string; readonly other: string };
export type Texts<Key extends string> = Readonly<Record<Key, Text>>;
export type Values = Readonly<Record<string, string | number>>;
export type Translate<Key extends string> = (key: Key, values?: Values) => string;

/** The language among ours that is nearest to what the person reads, by their BCP 47 tags. */
export function nearest(wanted: readonly string[]): Language {
  for (const one of wanted) {
    const found = LANGUAGES.find((ours) => primary(ours) === primary(one));
    if (found !== undefined) return found;
  }
  return "en";
}

export function primary(tag: string): string | undefined {
  return tag.toLowerCase().split("-")[0];
}

/**
 * The texts of one language; `count` among the values picks the plural by the language's own rules. Numbers are written as
 * the language writes them. A value that is missing stays visible as its name in braces: a mistake that can be seen.
 */
export function translator<Key extends string>(language: Language, texts: Texts<Key>): Translate<Key> {
  const plurals = new Intl.PluralRules(language);
  return (key, values = {}) => {
    const text = texts[key];
    const isOne = () => plurals.select(Number(values.count)) === "one";
    const form = typeof text === "string" ? text : text[isOne() ? "one" : "other"];
    return form.replace(/\{(\w+)\}/g, (whole, name) =>
      ((values[name] ?? whole) as number).toLocaleString(language),
    );
  };
}
