/** What of it is an agent's own, whose id stands behind the dot; all else is the browser's. */
const OWN = ["draft", "outbox", "online", "details", "note", "begun", "language"];
/** What agents have begun to write, and that they have begun something in some tab. */
const BEGUN = ["draft", "details", "note", "begun"];
const AGENT = "agent";

/** What this browser remembers. Storage may be switched off or full: what it does not take is forgotten with the page. */
class Kept {
  /** What storage did not take; it counts before what stands there. */
  private readonly memory = new Map<string, string>();
  /** The only agent of whom anything is kept, if one; as long as nobody said so, all are. */
  private only: { readonly agent: string | null } | null = null;

  constructor(
    private readonly storage: () => Storage,
    private readonly prefix: string,
    /** Hears what was set. */
    private readonly changed: (key: string) => void = () => undefined,
  ) {}

  get(key: string): string | null {
    const newest = this.memory.get(key);
    if (newest !== undefined) return newest;
    try {
      return this.storage().getItem(this.prefix + key);
    } catch {
      return null;
    }
  }

  /** The keys that begin so. */
  names(begin: string): string[] {
    const found = [...this.memory.keys(), ...this.stored()].filter((key) => key.startsWith(begin));
    return [...new Set(found)];
  }

  private stored(): string[] {
    try {
      return Object.keys(this.storage())
        .filter((key) => key.startsWith(this.prefix))
        .map((key) => key.slice(this.prefix.length));
    } catch {
      return [];
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
    this.memory.delete(key);
    try {
      if (value === null) this.storage().removeItem(this.prefix + key);
      else this.storage().setItem(this.prefix + key, value);
    } catch {
      if (value !== null) this.memory.set(key, value);
    }
    this.changed(key);
  }

  private keeps(key: string): boolean {
    const [what = "", whose = ""] = key.split(".");
    return this.only === null || !OWN.includes(what) || whose === this.only.agent;
  }
}

/** For this browser. */
export const kept = new Kept(() => localStorage, "livechat.inbox.");
/** For this tab, over reloads. */
export const keptInTab = new Kept(
  () => sessionStorage,
  "livechat.inbox.",
  (key) => isBegun(key) && markBegun(),
);

/** By which other tabs find that something was begun in this page: what is kept in a tab, only that tab can read. */
const PAGE = crypto.randomUUID();
const isBegun = (key: string) => BEGUN.some((what) => key.startsWith(`${what}.`));

/** Tells the other tabs whether something is begun here; a page that goes away has nothing that could be lost later. */
export function markBegun(isThere = true): void {
  const agent = kept.get(AGENT);
  if (agent === null) return;
  const mark = `begun.${agent}.${PAGE}`;
  const begun = isThere && BEGUN.some((what) => keptInTab.names(`${what}.${agent}.`).length > 0);
  if (begun !== (kept.get(mark) !== null)) kept.set(mark, begun ? "yes" : null);
}

/** From now on only this agent's is kept: whoever is signed in, or null once they have signed out. */
export function keepOnly(agent: string | null): void {
  kept.set(AGENT, agent);
  for (const one of [kept, keptInTab]) one.keepOnly(agent);
  markBegun();
}

/** Nobody is signed in: what is kept is of whose session ended by itself, and waits for them; else there is nothing. */
export function keepForReturn(): void {
  keepOnly(kept.get(AGENT));
}

/** Whether the agent has begun to write something in this browser, in any of its tabs, that is not sent or saved. */
export function hasBegun(agent: string): boolean {
  return [kept, keptInTab].some((one) => BEGUN.some((what) => one.names(`${what}.${agent}.`).length > 0));
}
