/** One place of a list: `left` where its row is no longer of the list, and stays until nobody is at it. */
export interface Place {
  readonly id: string;
  readonly left: boolean;
}

export interface Settled {
  readonly places: readonly Place[];
  /** How many rows are not shown yet, because they would move what somebody is at. */
  readonly fresh: number;
}

/**
 * What a list shows. While somebody is at it (`held`), nothing that is shown changes its place: what is new waits, except
 * at the end, and what went stays where it was.
 */
export function settled(shown: readonly string[], current: readonly string[], held: boolean): Settled {
  if (!held || shown.length === 0) return { places: current.map((id) => ({ id, left: false })), fresh: 0 };
  const there = new Set(current);
  const seen = new Set(shown);
  const last = current.findLastIndex((id) => seen.has(id));
  const kept = shown.map((id) => ({ id, left: !there.has(id) }));
  const below = current.slice(last + 1).map((id) => ({ id, left: false }));
  const fresh = current.slice(0, last + 1).filter((id) => !seen.has(id)).length;
  return { places: [...kept, ...below], fresh };
}

/** How many rows of a list are drawn: so many at least, and down to the one below that which is open, for keys to go to. */
export function drawn(ids: readonly string[], least: number, openId: string | null): number {
  const open = openId === null ? -1 : ids.indexOf(openId);
  return Math.min(ids.length, Math.max(least, open + 2));
}

/** How long a list is, to be told where not all of it is drawn; -1 where nobody knows, undefined where what is there tells. */
export function sizeOf(all: number, drawn: number, more: boolean): number | undefined {
  if (more) return -1;
  return drawn < all ? all : undefined;
}

/** The neighbour of a place, for keys that go up and down; the first where nothing is picked yet. */
export function neighbour(places: readonly Place[], from: string | null, step: 1 | -1): string | null {
  const at = places.findIndex((place) => place.id === from);
  if (at === -1) return places[0]?.id ?? null;
  return places[Math.min(places.length - 1, Math.max(0, at + step))]?.id ?? null;
}
