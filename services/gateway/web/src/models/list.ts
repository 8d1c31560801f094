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

/** The neighbour of a place, for keys that go up and down; the first where nothing is picked yet. */
export function neighbour(places: readonly Place[], from: string | null, step: 1 | -1): string | null {
  const at = places.findIndex((place) => place.id === from);
  if (at === -1) return places[0]?.id ?? null;
  return places[Math.min(places.length - 1, Math.max(0, at + step))]?.id ?? null;
}
