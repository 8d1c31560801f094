/** What is kept for a visitor in the site's own storage, by name. */
export type Kept = Record<string, unknown>;

/**
 * Reads and, given a change, writes a record under one key. What other tabs wrote since stays; a name with undefined is
 * taken out, and null takes all of it away. What the site's storage has no room for, or forbids, is in memory until the
 * storage takes it; false drops that alone.
 */
export function keeper(
  key: string,
  storage: () => Record<string, string>,
): (change?: Kept | null | false) => Kept {
  let memory: Kept = {};
  return (change) => {
    let kept: Kept | undefined;
    try {
      kept = JSON.parse(storage()[key] as string);
    } catch {
      // There is none, nothing can be read, or somebody else's text under our key is to be written over.
    }
    memory = { ...memory, ...change };
    kept = { ...kept, ...memory };
    if (change !== undefined)
      try {
        if (change) storage()[key] = JSON.stringify(kept);
        memory = {};
        if (change === null) delete storage()[key];
      } catch {
        // What is taken away can be taken away also where nothing more fits.
      }
    return kept;
  };
}
