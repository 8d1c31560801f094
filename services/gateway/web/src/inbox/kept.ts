/** What this browser remembers. Storage may be switched off: then it is forgotten with the page. */
class Kept {
  private readonly memory = new Map<string, string>();

  constructor(
    private readonly storage: () => Storage,
    private readonly prefix: string,
  ) {}

  get(key: string): string | null {
    try {
      return this.storage().getItem(this.prefix + key);
    } catch {
      return this.memory.get(key) ?? null;
    }
  }

  /** The keys that begin so. */
  names(begin: string): string[] {
    try {
      return Object.keys(this.storage())
        .filter((key) => key.startsWith(this.prefix + begin))
        .map((key) => key.slice(this.prefix.length));
    } catch {
      return [...this.memory.keys()].filter((key) => key.startsWith(begin));
    }
  }

  /** Hears what other tabs take out of what begins so; gives what ends it. */
  onGone(begin: string, gone: (key: string) => void): () => void {
    const hear = ({ key, newValue }: StorageEvent) => {
      if (newValue === null && key?.startsWith(this.prefix + begin)) gone(key.slice(this.prefix.length));
    };
    addEventListener("storage", hear);
    return () => removeEventListener("storage", hear);
  }

  set(key: string, value: string | null): void {
    try {
      if (value === null) this.storage().removeItem(this.prefix + key);
      else this.storage().setItem(this.prefix + key, value);
    } catch {
      if (value === null) this.memory.delete(key);
      else this.memory.set(key, value);
    }
  }
}

/** For this browser. */
export const kept = new Kept(() => localStorage, "livechat.inbox.");
/** For this tab, over reloads. */
export const keptInTab = new Kept(() => sessionStorage, "livechat.inbox.");
