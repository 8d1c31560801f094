import { LANGUAGES } from "../i18n/texts";
import { isRecord } from "../wire/problem";
import { type Details, TEXT_FIELDS, type TypedDeal } from "./details";
import type { Draft } from "./field";

/** What is typed and not saved, as a text that outlives the page; null where there is nothing. */
export function draftsOf(details: Details): string | null {
  const drafts: Record<string, unknown> = {};
  for (const name of TEXT_FIELDS) {
    const { draft } = details.texts[name];
    if (draft !== null) drafts[name] = draft;
  }
  if (details.deal.draft !== null) drafts.deal_value = details.deal.draft;
  if (Object.keys(drafts).length === 0) return null;
  return JSON.stringify({ language: details.language, drafts });
}

/** The details before they were read, with what was typed before the page was loaded anew; in the language of then. */
export function withDrafts(details: Details, kept: string | null): Details {
  const told = kept === null ? null : parsed(kept);
  if (!isRecord(told) || !isRecord(told.drafts)) return details;
  const language = LANGUAGES.find((one) => one === told.language) ?? details.language;
  const texts = { ...details.texts };
  for (const name of TEXT_FIELDS) {
    const draft = draftIn(told.drafts[name], (value) => (typeof value === "string" ? value : null));
    if (draft !== null) texts[name] = { ...texts[name], draft };
  }
  const draft = draftIn(told.drafts.deal_value, dealIn);
  return { ...details, language, texts, deal: draft === null ? details.deal : { ...details.deal, draft } };
}

function draftIn<T>(told: unknown, valueIn: (value: unknown) => T | null): Draft<T> | null {
  if (!isRecord(told) || typeof told.base !== "number") return null;
  const value = valueIn(told.value);
  const from = valueIn(told.from);
  return value === null || from === null ? null : { value, from, base: told.base };
}

function dealIn(told: unknown): TypedDeal | null {
  if (!isRecord(told) || typeof told.text !== "string" || !/^[A-Z]{3}$/.test(String(told.currency)))
    return null;
  return { text: told.text, currency: String(told.currency) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
