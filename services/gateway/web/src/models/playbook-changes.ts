import type { Choice, Flow } from "../wire/types";
import type { Condition } from "./playbook-conditions";
import type { Card } from "./playbook-flow";
import { type Body, typedText } from "./playbook-formatted";
import { differenceOf, same } from "./playbook-merge";

/** What one field of a card says, so that it can be put into words: a text, another card, conditions, or a word. */
export type Said =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "card"; readonly id: string }
  | { readonly is: "conditions"; readonly when: readonly Condition[] }
  | { readonly is: "amount"; readonly minor: number; readonly currency: string }
  | { readonly is: "value"; readonly value: string | number | boolean };

/** A field of a card. `of` tells which path it is of, `number` which case. */
export interface Line {
  readonly key: string;
  readonly field: string;
  readonly of?: string;
  readonly number?: number;
  readonly said: Said;
}

/** A field as it was and as it is; null where it was not there, or is there no more. */
export interface Change extends Omit<Line, "said"> {
  readonly was: Said | null;
  readonly now: Said | null;
}

export interface CardChange {
  readonly id: string;
  readonly changes: readonly Change[];
}

/** What leads from one flow to the other, card by card and field by field, in the order of the cards. */
export interface Changes {
  readonly start: boolean;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly CardChange[];
}

const NOTHING: Flow = { start: "", cards: {} };

/** `before` is null where nothing was there. */
export function changesOf(before: Flow | null, after: Flow): Changes {
  const was = before ?? NOTHING;
  const { start, added, removed, changed } = differenceOf(was, after);
  const both = changed.flatMap((id): CardChange[] => {
    const [old, now] = [was.cards[id], after.cards[id]];
    return old === undefined || now === undefined ? [] : [{ id, changes: changesOfCard(old, now) }];
  });
  return { start: start && before !== null, added, removed, changed: both };
}

export function countOf({ start, added, removed, changed }: Changes): number {
  return added.length + removed.length + changed.length + Number(start);
}

function changesOfCard(before: Card, after: Card): Change[] {
  const [was, now] = [linesOf(before), linesOf(after)];
  const keys = [...new Set([...now.keys(), ...was.keys()])];
  const changes = keys.flatMap((key): Change[] => {
    const [old, current] = [was.get(key), now.get(key)];
    const line = current ?? old;
    if (line === undefined || same(old?.said, current?.said)) return [];
    const { said: _, ...rest } = line;
    return [{ ...rest, was: old?.said ?? null, now: current?.said ?? null }];
  });
  return [...changes, ...anotherOrder(before, after)];
}

/** Paths are told by their ids: what is new or gone is told by itself, and is no other order. */
function anotherOrder(before: Card, after: Card): Change[] {
  if (before.kind !== "question" || after.kind !== "question") return [];
  const kept = (choices: readonly Choice[], others: readonly Choice[]) =>
    choices.filter((one) => others.some((other) => other.choice_id === one.choice_id));
  const [was, now] = [kept(before.choices, after.choices), kept(after.choices, before.choices)];
  if (was.every((one, at) => one.choice_id === now[at]?.choice_id)) return [];
  const told = (choices: readonly Choice[]): Said => ({
    is: "text",
    text: choices.map((one) => one.label).join(", "),
  });
  return [{ key: "order", field: "order", was: told(was), now: told(now) }];
}

function linesOf(card: Card): Map<string, Line> {
  const lines = Object.entries(card).flatMap(([field, value]) => linesOfField(card, field, value));
  return new Map(lines.map((line) => [line.key, line]));
}

/** Where the form of a text is. */
const BODIES: Readonly<Record<string, string>> = {
  text: "body",
  online_message: "online_body",
  offline_message: "offline_body",
};
const LEADING: ReadonlySet<string> = new Set(["next", "otherwise", "offline_flow"]);

function linesOfField(card: Card, field: string, value: unknown): Line[] {
  if (value === null || value === undefined || value === "") return [];
  // Off is as if it had never been there, as on cards from before it was.
  if (field === "show_queue_position" && value === false) return [];
  if (field === "choices" && card.kind === "question") return card.choices.flatMap(pathLines);
  if (field === "cases" && card.kind === "condition")
    return card.cases.flatMap(({ when, next }, at): Line[] => [
      { key: `case/${at}`, field: "case", number: at + 1, said: { is: "conditions", when } },
      { key: `case/${at}/next`, field: "caseLeadsTo", number: at + 1, said: { is: "card", id: next } },
    ]);
  if (field === "outside_hours" && card.kind === "live_chat")
    return Object.entries(card.outside_hours ?? {}).flatMap(([name, text]): Line[] =>
      text ? [{ key: `outside/${name}`, field: `outside.${name}`, said: { is: "text", text } }] : [],
    );
  // The form of a text is told with the text.
  if (field.endsWith("body")) return [];
  const form = BODIES[field];
  if (form !== undefined && typeof value === "string") {
    const { [form]: body = [] } = card as unknown as Record<string, Body | undefined>;
    return [{ key: field, field, said: { is: "text", text: typedText({ text: value, body }) } }];
  }
  if (card.kind === "action" && card.deal_value_minor != null && card.currency) {
    const { deal_value_minor: minor, currency } = card;
    if (field === "deal_value_minor") return [{ key: field, field, said: { is: "amount", minor, currency } }];
    if (field === "currency") return [];
  }
  if (LEADING.has(field)) return [{ key: field, field, said: { is: "card", id: String(value) } }];
  if (Array.isArray(value))
    return value.length === 0
      ? []
      : [{ key: field, field, said: { is: "text", text: value.map(plain).join(", ") } }];
  const isWord = typeof value === "number" || typeof value === "boolean" || typeof value === "string";
  return [{ key: field, field, said: { is: "value", value: isWord ? value : plain(value) } }];
}

function pathLines({ choice_id: id, label, next }: Choice): Line[] {
  return [
    { key: `path/${id}`, field: "label", of: label, said: { is: "text", text: label } },
    { key: `path/${id}/next`, field: "leadsTo", of: label, said: { is: "card", id: next } },
  ];
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
