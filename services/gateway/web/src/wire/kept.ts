import { type Keeping, type Kept, NOTHING_KEPT } from "./noticing";

const DATABASE = "livechat";
const STORE = "notices";
const RECORD = "kept";
const TRIES = 2;

/**
 * Keeps it in IndexedDB, which tabs and the worker share; where there is none, or none any more, in memory for as long as
 * that lasts.
 */
export class Keep implements Keeping {
  private opened: Promise<IDBDatabase> | null = null;
  private memory: Kept = NOTHING_KEPT;

  async read(): Promise<Kept> {
    return await this.change((kept) => [kept, kept]);
  }

  async change<T>(how: (kept: Kept) => readonly [Kept, T]): Promise<T> {
    for (let tries = TRIES; tries > 0; tries -= 1) {
      try {
        this.opened ??= this.open();
        const [kept, told] = await changed(await this.opened, how);
        this.memory = kept;
        return told;
      } catch {
        // Browsers close databases that are open, e.g. when site data is cleared: another one is opened.
        this.opened = null;
      }
    }
    const [kept, told] = how(this.memory);
    this.memory = kept;
    return told;
  }

  private async open(): Promise<IDBDatabase> {
    const database = await opened();
    database.onclose = () => {
      this.opened = null;
    };
    return database;
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

/** One transaction reads and writes: of two that claim the same id at once, one sees that of the other. */
function changed<T>(
  database: IDBDatabase,
  how: (kept: Kept) => readonly [Kept, T],
): Promise<readonly [Kept, T]> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite");
    const store = transaction.objectStore(STORE);
    const reading = store.get(RECORD);
    let told: readonly [Kept, T];
    reading.onsuccess = () => {
      const before: Kept = { ...NOTHING_KEPT, ...(reading.result as Partial<Kept> | undefined) };
      told = how(before);
      if (told[0] !== before) store.put(told[0], RECORD);
    };
    transaction.oncomplete = () => resolve(told);
    transaction.onabort = () => reject(transaction.error);
  });
}
