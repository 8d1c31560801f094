import type { TextField } from "./details";

/** What the services take of a field's text; refused here first, where the person still sees it. */
interface Rule {
  charsMax: number;
  form: RegExp | null;
}

const RULES: Readonly<Record<TextField, Rule>> = {
  "person.name": { charsMax: 200, form: null },
  "person.email": { charsMax: 254, form: /^[^@\s]+@[^@\s]+\.[^@\s]+$/ },
  "person.phone": { charsMax: 41, form: /^\+?[0-9 ()./-]{3,40}$/ },
  "organization.name": { charsMax: 200, form: null },
  "organization.website": {
    charsMax: 500,
    form: /^(https?:\/\/)?[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)+(:\d+)?(\/\S*)?$/u,
  },
};

export type TextMistake = "too_long" | "not_this_form";

/** Why a text cannot be sent as this field; an empty one clears it. */
export function textMistake(name: TextField, text: string): TextMistake | null {
  const { charsMax, form } = RULES[name];
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if ([...trimmed].length > charsMax) return "too_long";
  return form === null || form.test(trimmed) ? null : "not_this_form";
}

/** The address that a website's text leads to; null where it is none. */
export function linkOf(website: string): string | null {
  if (website === "" || textMistake("organization.website", website) !== null) return null;
  const address = /^https?:\/\//i.test(website) ? website : `https://${website}`;
  return URL.canParse(address) ? new URL(address).href : null;
}
