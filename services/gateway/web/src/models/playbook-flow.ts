import type { Flow } from "../wire/types";

export type Card = Flow["cards"][string];
export type Kind = NonNullable<Card["kind"]>;

/** A way out of a card: the field that names the card that follows, as `next` or `choices/2`. */
export interface Way {
  readonly key: string;
  readonly to: string;
}

/** Where a card hangs: on a way out of another card, or at the beginning of every visit. */
export interface Place {
  readonly from: string | null;
  readonly key: string;
}

export const START: Place = { from: null, key: "start" };
export const CARDS_MAX = 300;
/** The fields in which a card names the one that follows; in what a card lists, it is `next` alone. */
const NAMING = ["next", "otherwise", "offline_flow"] as const;

/** The ways out of a card, in the order in which people read them. Kinds that are not known here have theirs as well. */
export function waysOf(card: Card): Way[] {
  const fields = card as unknown as Readonly<Record<string, unknown>>;
  const listed = Object.entries(fields).flatMap(([name, value]) =>
    Array.isArray(value) ? value.flatMap((one, at) => listedWay(name, one, at)) : [],
  );
  const named = NAMING.flatMap((key) => {
    const to = fields[key];
    return typeof to === "string" ? [{ key, to }] : [];
  });
  return [...listed, ...named];
}

function listedWay(name: string, one: unknown, at: number): Way[] {
  const to = typeof one === "object" && one !== null ? (one as { next?: unknown }).next : undefined;
  return typeof to === "string" ? [{ key: `${name}/${at}`, to }] : [];
}

/** Whether the walk goes on from it by one way alone, which every visitor takes. */
export function isPassing(card: Card): boolean {
  const [first, ...more] = waysOf(card);
  return first?.key === "next" && more.length === 0;
}

/** The card with one of its ways leading elsewhere. */
export function leading(card: Card, key: string, to: string): Card {
  const [name = "", at] = key.split("/");
  if (at === undefined) return { ...card, [name]: to } as Card;
  const list = (card as unknown as Record<string, object[]>)[name] ?? [];
  return { ...card, [name]: list.map((one, place) => (place === Number(at) ? { ...one, next: to } : one)) };
}

/** The card that hangs at a place. */
export function cardAt(flow: Flow, place: Place): string {
  if (place.from === null) return flow.start;
  const card = flow.cards[place.from];
  const way = card && waysOf(card).find((one) => one.key === place.key);
  if (way === undefined) throw new Error(`no way ${place.key} out of ${place.from}`);
  return way.to;
}

/** The flow where another card hangs at this place. */
export function hung(flow: Flow, place: Place, to: string): Flow {
  if (place.from === null) return { ...flow, start: to };
  const card = flow.cards[place.from];
  return card === undefined ? flow : withCard(flow, place.from, leading(card, place.key, to));
}

export function withCard(flow: Flow, id: string, card: Card): Flow {
  return { ...flow, cards: { ...flow.cards, [id]: card } };
}

/** All places at which a card hangs. */
export function placesOf(flow: Flow, id: string): Place[] {
  const places: Place[] = flow.start === id ? [START] : [];
  for (const [from, card] of Object.entries(flow.cards))
    for (const way of waysOf(card)) if (way.to === id) places.push({ from, key: way.key });
  return places;
}

/** An id that no card has, and that tells what it is of. */
export function newId(flow: Flow, kind: string): string {
  for (let number = 1; ; number += 1) {
    const id = `${kind}_${number}`;
    if (!Object.hasOwn(flow.cards, id)) return id;
  }
}

/** The cards that can be reached from a place, itself included. */
export function reachedFrom(flow: Flow, id: string): Set<string> {
  const reached = new Set([id]);
  for (const one of reached) {
    const card = flow.cards[one];
    if (card !== undefined) for (const way of waysOf(card)) reached.add(way.to);
  }
  return reached;
}
