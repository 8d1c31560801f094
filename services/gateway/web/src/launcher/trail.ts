const PAGES_MAX = 20;

/** The last pages, oldest first, with this one as the last. */
export function trail(kept: unknown, page: string): unknown[] {
  return [kept || [], page].flat().slice(-PAGES_MAX);
}
