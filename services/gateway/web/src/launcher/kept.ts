/** What is kept for a visitor in the site's own storage, by name. */
export type Kept = Record<string, unknown>;

/**
 * Reads and, given a change, writes a record under one key; in memory alone where the site's storage is full or
 * forbidden. What other tabs wrote since stays; a name with undefined is taken out, and null takes all of it away.
 */
export function keeper(key: string, storage: () => Storage): (change?: Kept | null) => Kept {
  let memory: Kept = {};
  return (change) => {
    try {
      memory = JSON.parse(storage().getItem(key) as string) || {};
    } catch {
      // Somebody else's text under our key is written over; where nothing can be read, memory stays.
    }
    if (change === undefined) return memory;
    memory = change ? { ...memory, ...change } : {};
    try {
      if (change) storage().setItem(key, JSON.stringify(memory));
      else storage().removeItem(key);
    } catch {
      // Nothing is asked of it any more.
      storage = () => ({}) as Storage;
    }
    return memory;
  };
}
