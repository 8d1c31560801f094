/** What of it is an agent's own, whose id stands behind the dot; all else is the browser's. */
const OWN = ["draft", "outbox", "online", "details", "note"];
/** What agents have begun to write. */
const BEGUN = ["draft", "details", "note"];
const AGENT = "agent";

/** What this browser remembers. Storage may be switched off: then it is forgotten with the page. */
class Kept {
  private readonly memory = new Map<string, string>();
  /** The only agent of whom anything is kept, if one; as long as nobody said so, all are. */
  private only: { readonly agent: string | null } | null = null;

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

  /** Takes out what is other agents', and takes nothing of theirs any more. */
  keepOnly(agent: string | null): void {
    this.only = { agent };
    for (const name of this.names("")) if (!this.keeps(name)) this.set(name, null);
  }

  set(key: string, value: string | null): void {
    // What was under way when its agent left may want to be kept still.
    if (value !== null && !this.keeps(key)) return;
    try {
      if (value === null) this.storage().removeItem(this.prefix + key);
      else this.storage().setItem(this.prefix + key, value);
    } catch {
      if (value === null) this.memory.delete(key);
      else this.memory.set(key, value);
    }
  }

  private keeps(key: string): boolean {
    const [what = "", whose = ""] = key.split(".");
    return this.only === null || !OWN.includes(what) || whose === this.only.agent;
  }
}

/** For this browser. */
export const kept = new Kept(() => localStorage, "livechat.inbox.");
/** For this tab, over reloads. */
export const keptInTab = new Kept(() => sessionStorage, "livechat.inbox.");

/** From now on only this agent's is kept: whoever is signed in, or null once they have signed out. */
export function keepOnly(agent: string | null): void {
  kept.set(AGENT, agent);
  for (const one of [kept, keptInTab]) one.keepOnly(agent);
}

/** Nobody is signed in: what is kept is of whose session ended by itself, and waits for them; else there is nothing. */
export function keepForReturn(): void {
  keepOnly(kept.get(AGENT));
}

/** Whether the agent has begun to write something here that is not sent or saved. */
export function hasBegun(agent: string): boolean {
  return [kept, keptInTab].some((one) => BEGUN.some((what) => one.names(`${what}.${agent}.`).length > 0));
}
