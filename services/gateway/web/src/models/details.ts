import type { Language } from "../i18n/texts";
import type { Problem } from "../wire/problem";
import type { DealValueBody, Money, OrganizationBody, PersonBody, ShownDetails } from "../wire/types";
import { usualCurrency } from "./currencies";
import type { Field } from "./field";
import * as fields from "./field";
import { type AmountMistake, amountTyped, parseAmount } from "./money";

/** The fields of the panel that are texts, as group and name. */
export const TEXT_FIELDS = [
  "person.name",
  "person.email",
  "person.phone",
  "organization.name",
  "organization.website",
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** A deal's value as it is typed: in the person's decimal form. */
export interface TypedDeal {
  text: string;
  currency: string;
}

export interface Details {
  language: Language;
  /** What was read last, as a whole; null before. */
  known: ShownDetails | null;
  texts: Readonly<Record<TextField, Field<string>>>;
  deal: Field<TypedDeal>;
}

/** A request that saves one field. */
export type Save =
  | { field: TextField; path: "person" | "organization"; body: PersonBody | OrganizationBody }
  | { field: "deal_value"; path: "deal-value"; body: DealValueBody };
export type AnyField = TextField | "deal_value";

export function emptyDetails(language: Language): Details {
  const empty = () => fields.fieldOf("", 0);
  return {
    language,
    known: null,
    texts: {
      "person.name": empty(),
      "person.email": empty(),
      "person.phone": empty(),
      "organization.name": empty(),
      "organization.website": empty(),
    },
    deal: fields.fieldOf({ text: "", currency: usualCurrency(language) }, 0),
  };
}

/** Takes what was read: fields that nobody is typing in show it at once, the others keep what is typed. */
export function withRead(details: Details, told: ShownDetails): Details {
  const texts = { ...details.texts };
  for (const name of TEXT_FIELDS) {
    texts[name] = fields.reread(texts[name], textOf(told, name), told.version);
  }
  const deal = fields.reread(details.deal, dealOf(told.deal_value, details.language), told.version);
  const newer = details.known === null || told.version >= details.known.version;
  return { ...details, known: newer ? told : details.known, texts, deal };
}

export function withText(details: Details, name: TextField, value: string): Details {
  return withField(details, name, fields.typed(details.texts[name], value));
}

export function withDeal(details: Details, value: TypedDeal): Details {
  return { ...details, deal: fields.typed(details.deal, value) };
}

/** Another language: amounts are told in its decimal form, also the one that is being typed. */
export function inLanguage(details: Details, language: Language): Details {
  if (language === details.language) return details;
  const tell = (deal: TypedDeal): TypedDeal => {
    if (deal.text === "" && deal.currency === usualCurrency(details.language)) return dealOf(null, language);
    const parsed = parseAmount(deal.text, deal.currency, details.language);
    if ("mistake" in parsed || parsed.minor === null) return deal;
    return { ...deal, text: amountTyped({ minor: parsed.minor, currency: deal.currency }, language) };
  };
  return { ...details, language, deal: fields.retold(details.deal, tell) };
}

/** Why what is typed as the deal's value cannot be sent, if it cannot. */
export function dealMistake(details: Details): AmountMistake | null {
  const { text, currency } = fields.shown(details.deal);
  const parsed = parseAmount(text, currency, details.language);
  return "mistake" in parsed ? parsed.mistake : null;
}

/** The person left a field: the request that saves it, where there is anything to save and it may be sent. */
export function submit(details: Details, name: AnyField): { details: Details; save: Save | null } {
  return name === "deal_value" ? submitDeal(details) : submitText(details, name);
}

function submitText(details: Details, name: TextField): { details: Details; save: Save | null } {
  const trimmed = trimmedDraft(details.texts[name]);
  const { field, send } = fields.submitted(trimmed);
  const after = withField(details, name, field);
  if (send === null) return { details: after, save: null };
  const [path, key] = name.split(".") as ["person" | "organization", string];
  const body = { [key]: send.value === "" ? null : send.value, expected_version: send.expected_version };
  return { details: after, save: { field: name, path, body } };
}

function submitDeal(details: Details): { details: Details; save: Save | null } {
  const { draft, read } = details.deal;
  if (draft === null || dealMistake(details) !== null) return { details, save: null };
  const parsed = parseAmount(draft.value.text, draft.value.currency, details.language);
  const minor = "minor" in parsed ? parsed.minor : null;
  // A currency alone says nothing yet: it waits for its amount.
  if (minor === null && read.text === "") return { details, save: null };
  const { currency } = draft.value;
  const text = minor === null ? "" : amountTyped({ minor, currency }, details.language);
  const settled = { ...details.deal, draft: { ...draft, value: { text, currency } } };
  const { field, send } = fields.submitted(settled);
  const after = { ...details, deal: field };
  if (send === null) return { details: after, save: null };
  const body = { value_minor: minor, currency, expected_version: send.expected_version };
  return { details: after, save: { field: "deal_value", path: "deal-value", body } };
}

/** It is saved; `again` where more was typed and left meanwhile. */
export function withSaved(details: Details, name: AnyField, version: number) {
  if (name === "deal_value") {
    const { field, again } = fields.carriedOut(details.deal, version);
    return { details: { ...details, deal: field }, again };
  }
  const { field, again } = fields.carriedOut(details.texts[name], version);
  return { details: withField(details, name, field), again };
}

/** It was refused; 409 `details_changed` tells what stands there now. `again` where that is one's own try. */
export function withRefusal(details: Details, name: AnyField, problem: Problem) {
  const current = problem.code === "details_changed" ? problem.facts.current : undefined;
  if (typeof current !== "object" || current === null)
    return { details: withFailure(details, name, problem), again: false };
  const told = current as Record<string, unknown>;
  const version = Number(problem.facts.version);
  const { by } = problem.facts;
  const whose = typeof by === "string" || by === null ? by : undefined;
  if (name === "deal_value") {
    const money = { value_minor: numberOrNull(told.value_minor), currency: String(told.currency) };
    const { field, again } = fields.overtaken(details.deal, dealOf(money, details.language), version, whose);
    return { details: { ...details, deal: field }, again };
  }
  const [, key = ""] = name.split(".");
  const { field, again } = fields.overtaken(details.texts[name], String(told[key] ?? ""), version, whose);
  return { details: withField(details, name, field), again };
}

function withFailure(details: Details, name: AnyField, problem: Problem): Details {
  if (name === "deal_value") return { ...details, deal: fields.failed(details.deal, problem) };
  return withField(details, name, fields.failed(details.texts[name], problem));
}

/** The person chose between what they typed and what somebody else set. */
export function chosen(details: Details, name: AnyField, mine: boolean): Details {
  if (name === "deal_value") {
    return { ...details, deal: mine ? fields.insisted(details.deal) : fields.dropped(details.deal) };
  }
  const field = details.texts[name];
  return withField(details, name, mine ? fields.insisted(field) : fields.dropped(field));
}

/** Whether anything that was typed is not saved yet. */
export function unsaved(details: Details): AnyField[] {
  const texts = TEXT_FIELDS.filter((name) => details.texts[name].draft !== null);
  return details.deal.draft === null ? texts : [...texts, "deal_value"];
}

/** Whether the bot captured it and nobody has set it since. */
export function byBot(details: Details, name: TextField): boolean {
  return isStill(details, name, details.known?.by_bot);
}

/** Whether the customer's own server has signed for what stands there. */
export function isVerified(details: Details, name: TextField): boolean {
  return isStill(details, name, details.known?.verified);
}

/** Whether these fields have it, and it was not saved here since they were read. */
function isStill(details: Details, name: TextField, names: readonly string[] = []): boolean {
  return names.includes(name) && details.texts[name].version <= (details.known?.version ?? 0);
}

/** The deal's value as it is saved, in minor units; null where none is. */
export function savedDeal(details: Details): { minor: number; currency: string } | null {
  const { text, currency } = details.deal.read;
  const parsed = parseAmount(text, currency, details.language);
  return "minor" in parsed && parsed.minor !== null ? { minor: parsed.minor, currency } : null;
}

function withField(details: Details, name: TextField, field: Field<string>): Details {
  return { ...details, texts: { ...details.texts, [name]: field } };
}

function trimmedDraft(field: Field<string>): Field<string> {
  if (field.draft === null) return field;
  return { ...field, draft: { ...field.draft, value: field.draft.value.trim() } };
}

function textOf(told: ShownDetails, name: TextField): string {
  const { person, organization } = told;
  switch (name) {
    case "person.name":
      return person.name ?? "";
    case "person.email":
      return person.email ?? "";
    case "person.phone":
      return person.phone ?? "";
    case "organization.name":
      return organization.name ?? "";
    case "organization.website":
      return organization.website ?? "";
  }
}

function dealOf(money: Money | null, language: Language): TypedDeal {
  if (money === null) return { text: "", currency: usualCurrency(language) };
  const { value_minor: minor, currency } = money;
  return { text: minor === null ? "" : amountTyped({ minor, currency }, language), currency };
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
