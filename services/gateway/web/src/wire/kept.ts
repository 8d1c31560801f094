import { type Keeping, type Kept, NOTHING_KEPT } from "./noticing";

const DATABASE = "livechat";
const STORE = "notices";
const RECORD = "kept";

/** Keeps it in IndexedDB, which tabs and the worker share; where there is none, in memory for as long as that lasts. */
export class Keep implements Keeping {
  private opened: Promise<IDBDatabase> | null = null;
  private memory: Kept = NOTHING_KEPT;

  async read(): Promise<Kept> {
    return await this.change((kept) => [kept, kept]);
  }

  async change<T>(how: (kept: Kept) => readonly [Kept, T]): Promise<T> {
    let database: IDBDatabase;
    try {
      this.opened ??= opened();
      database = await this.opened;
    } catch {
      const [kept, told] = how(this.memory);
      this.memory = kept;
      return told;
    }
    return await changed(database, how);
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
function changed<T>(database: IDBDatabase, how: (kept: Kept) => readonly [Kept, T]): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite");
    const store = transaction.objectStore(STORE);
    const reading = store.get(RECORD);
    let told: T;
    reading.onsuccess = () => {
      const before: Kept = { ...NOTHING_KEPT, ...(reading.result as Partial<Kept> | undefined) };
      const [after, answer] = how(before);
      told = answer;
      if (after !== before) store.put(after, RECORD);
    };
    transaction.oncomplete = () => resolve(told);
    transaction.onabort = () => reject(transaction.error);
  });
}
