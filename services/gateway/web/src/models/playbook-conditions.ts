import type { ConditionCard, Flow } from "../wire/types";
import { folded, isDay } from "./playbook-details";

export type Condition = ConditionCard["cases"][number]["when"][number];
export type Of = NonNullable<Condition["of"]>;

export const OFS: readonly Of[] = ["captured", "page", "utm", "locale", "hours", "online", "returning"];
export const STANDARD_FIELDS = ["name", "email", "phone", "company"] as const;
export const CONDITIONS_MAX = 5;
const VALUE_CHARS_MAX = 200;
const AMOUNT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const LOCALE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;

/** What a preview takes for granted of the visitor and the team. */
export interface Facts {
  /** Whether any agent is online. */
  online: boolean;
  /** Whether it is within the business hours. */
  open: boolean;
  /** When the hours begin next, in the bot's words; null where they know of no such moment. */
  opens: string | null;
  returning: boolean;
  /** The address of the page that the visitor sees. */
  page: string;
  locale: string;
}

/** A condition of this kind to begin with: it can be saved as it is. */
export function freshCondition(of: Of): Condition {
  switch (of) {
    case "captured":
      return { of, field: "email", compare: "known", value: "" };
    case "page":
      return { of, compare: "contains", value: "/" };
    case "utm":
      return { of, parameter: "source", compare: "known", value: "" };
    case "locale":
      return { of, locales: ["en"] };
    case "hours":
      return { of, open: true };
    case "online":
      return { of, online: true };
    case "returning":
      return { of, returning: true };
  }
}

/** What a condition may compare with: `known` with nothing, everything else with something, amounts with an amount. */
export function isComplete(condition: Condition): boolean {
  if (condition.of === "locale") return condition.locales.length > 0;
  if (!("compare" in condition)) return true;
  const { compare, value = "" } = condition;
  if (compare === "known") return value.trim() === "";
  if (value.trim() === "" || value.length > VALUE_CHARS_MAX) return false;
  return (compare !== "at_least" && compare !== "at_most") || measured(value) !== null;
}

/** Locales as they are typed, with commas between them; null where one can be none. */
export function localesTyped(text: string): string[] | null {
  const all = text.split(/[\s,;]+/).filter((one) => one !== "");
  return all.length > 0 && all.length <= 20 && all.every((one) => LOCALE.test(one)) ? all : null;
}

/** The details that a condition can ask for: the standard ones, and the free fields of the flow. */
export function fieldsOf(flow: Flow): { key: string; label: string | null }[] {
  const free = new Map<string, string>();
  for (const card of Object.values(flow.cards))
    if (card.kind === "capture" && card.key) free.set(card.key, card.label ?? card.key);
  return [
    ...STANDARD_FIELDS.map((key) => ({ key, label: null })),
    ...[...free].map(([key, label]) => ({ key, label })),
  ];
}

/** The card with which a condition card goes on: of the first case that holds, as the services decide it. */
export function decided(card: ConditionCard, facts: Facts, captured: ReadonlyMap<string, string>): string {
  const found = card.cases.find(({ when }) => when.every((one) => holds(one, facts, captured)));
  return found?.next ?? card.otherwise;
}

/** Whether it is so; what is known of the visitor and what was captured decide. */
export function holds(condition: Condition, facts: Facts, captured: ReadonlyMap<string, string>): boolean {
  switch (condition.of) {
    case "captured":
      return compares(condition, captured.get(condition.field));
    case "page":
      return compares(condition, facts.page);
    case "utm":
      return compares(condition, utmOf(facts.page).get(condition.parameter));
    case "locale":
      return condition.locales.some((one) =>
        `${facts.locale}-`.toLowerCase().startsWith(`${one}-`.toLowerCase()),
      );
    case "hours":
      return facts.open === (condition.open ?? true);
    case "online":
      return facts.online === (condition.online ?? true);
    case "returning":
      return facts.returning === (condition.returning ?? true);
    default:
      return false;
  }
}

function compares({ compare, value = "" }: { compare: string; value?: string }, told = ""): boolean {
  if (told === "") return false;
  const [one, other] = [folded(told), folded(value)];
  switch (compare) {
    case "known":
      return true;
    case "is":
      return one === other;
    case "contains":
      return one.includes(other);
    case "starts_with":
      return one.startsWith(other);
    default: {
      const [a, b] = [measured(one), measured(other)];
      if (a === null || b === null || a.kind !== b.kind) return false;
      return compare === "at_least" ? a.size >= b.size : a.size <= b.size;
    }
  }
}

/** A number or a day, which alone can be more or less than another of its kind. */
function measured(value: string): { kind: "number" | "date"; size: number } | null {
  const told = value.trim();
  if (isDay(told)) return { kind: "date", size: Date.parse(`${told}T00:00:00Z`) };
  const amount = told.replace(",", ".");
  const number = AMOUNT.test(amount) ? Number(amount) : Number.NaN;
  return Number.isFinite(number) ? { kind: "number", size: number } : null;
}

function utmOf(page: string): Map<string, string> {
  const found = new Map<string, string>();
  const [, query = ""] = page.split("#", 1)[0]?.split(/\?(.*)/s) ?? [];
  for (const [name, value] of new URLSearchParams(query)) {
    const key = name.toLowerCase();
    if (key.startsWith("utm_") && value !== "" && !found.has(key.slice(4))) found.set(key.slice(4), value);
  }
  return found;
}
