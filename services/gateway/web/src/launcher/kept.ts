/** What is kept for a visitor in the site's own storage, by name. */
export type Kept = Record<string, unknown>;

/**
 * Reads and, given a change, writes a record under one key; in memory alone where the site's storage is full or
 * forbidden. What other tabs wrote since stays; a name with undefined is taken out, and null or false takes all of it away.
 */
export function keeper(
  key: string,
  storage: () => Record<string, string>,
): (change?: Kept | null | false) => Kept {
  let memory: Kept = {};
  return (change) => {
    try {
      memory = JSON.parse((storage()[key] || null) as string) || {};
    } catch {
      // Somebody else's text under our key is written over; where nothing can be read, memory stays.
    }
    if (change !== undefined)
      try {
        memory = change ? { ...memory, ...change } : {};
        if (change) storage()[key] = JSON.stringify(memory);
        else delete storage()[key];
      } catch {
        // Nothing is asked of it any more.
        storage = () => null as never;
      }
    return memory;
  };
}
