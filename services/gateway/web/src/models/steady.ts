/** One place of a menu: `gone` where what stood there is offered no more. */
export interface Stood<T> {
  readonly item: T;
  readonly gone: boolean;
}

/**
 * What a menu shows that somebody is at: all that was shown stays in its place, each as it is now, or as it was last where
 * it is gone; what is new comes behind it. Where nothing was shown, what is current in its own order.
 */
export function steady<T>(shown: readonly T[], current: readonly T[], idOf: (item: T) => string): Stood<T>[] {
  const now = new Map(current.map((item) => [idOf(item), item]));
  const there = new Set(shown.map(idOf));
  const stays = shown.map((item) => {
    const same = now.get(idOf(item));
    return same === undefined ? { item, gone: true } : { item: same, gone: false };
  });
  const fresh = current.filter((item) => !there.has(idOf(item)));
  return [...stays, ...fresh.map((item) => ({ item, gone: false }))];
}
