import type { Flow } from "../wire/types";
import { type Card, waysOf } from "./playbook-flow";

/** What somebody did to a flow: the cards that they added, changed or took out, and whether visits begin elsewhere. */
export interface Difference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly start: boolean;
}

export function differenceOf(before: Flow, after: Flow): Difference {
  const had = (id: string) => Object.hasOwn(before.cards, id);
  const has = (id: string) => Object.hasOwn(after.cards, id);
  const both = Object.keys(after.cards).filter(had);
  return {
    added: Object.keys(after.cards).filter((id) => !had(id)),
    changed: both.filter((id) => !same(before.cards[id], after.cards[id])),
    removed: Object.keys(before.cards).filter((id) => !has(id)),
    start: before.start !== after.start,
  };
}

export function sameFlow(one: Flow, other: Flow): boolean {
  const { added, changed, removed, start } = differenceOf(one, other);
  return !start && added.length + changed.length + removed.length === 0;
}

/** A flow that was read anew, of the cards that were there before wherever they say the same: only others are drawn. */
export function settled(had: Flow, now: Flow): Flow {
  const cards = Object.entries(now.cards).map(([id, card]): [string, Card] => {
    const before = had.cards[id];
    return [id, before !== undefined && same(before, card) ? before : card];
  });
  return { ...now, cards: Object.fromEntries(cards) };
}

/** The same content, whatever the order of its fields; services add the fields that were left out, empty. */
export function same(one: unknown, other: unknown): boolean {
  if (isNothing(one) || isNothing(other)) return isNothing(one) && isNothing(other);
  if (typeof one !== "object" || typeof other !== "object") return one === other;
  if (one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false;
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(a[key], b[key]));
}

function isNothing(value: unknown): boolean {
  return value == null || value === false || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Two people's changes of one flow: both of them where they touch different cards; else where they do not agree. */
export type Merge =
  | { readonly is: "merged"; readonly flow: Flow }
  | { readonly is: "conflict"; readonly cards: readonly string[]; readonly start: boolean };

export function merged(before: Flow, theirs: Flow, mine: Flow): Merge {
  const cards = touched(differenceOf(before, theirs)).filter(
    (id) => !same(before.cards[id], mine.cards[id]) && !same(theirs.cards[id], mine.cards[id]),
  );
  const start = theirs.start !== before.start && mine.start !== before.start && theirs.start !== mine.start;
  if (cards.length > 0 || start) return { is: "conflict", cards, start };
  const flow = joined(before, theirs, mine);
  // One took out a card to which the other led.
  const torn = danglingOf(flow);
  return torn.length === 0 ? { is: "merged", flow } : { is: "conflict", cards: torn, start: false };
}

/** Mine where I changed something, theirs everywhere else. */
export function joined(before: Flow, theirs: Flow, mine: Flow): Flow {
  const my = differenceOf(before, mine);
  const cards: Record<string, Card> = { ...theirs.cards };
  for (const id of [...my.added, ...my.changed]) {
    const card = mine.cards[id];
    if (card !== undefined) cards[id] = card;
  }
  for (const id of my.removed) delete cards[id];
  return { start: my.start ? mine.start : theirs.start, cards };
}

/** What both leave of their changes where I win: all of mine, and of theirs what fits; else mine alone. */
export function keptMine(before: Flow, theirs: Flow, mine: Flow): Flow {
  const flow = joined(before, theirs, mine);
  return danglingOf(flow).length === 0 ? flow : mine;
}

export function touched({ added, changed, removed }: Difference): string[] {
  return [...added, ...changed, ...removed];
}

function danglingOf(flow: Flow): string[] {
  const named = [
    flow.start,
    ...Object.values(flow.cards).flatMap((card) => waysOf(card).map((way) => way.to)),
  ];
  return [...new Set(named)].filter((id) => !Object.hasOwn(flow.cards, id));
}
