import { type Back, missed } from "../../models/missed";
import type { Kind, Notice } from "../../models/notices";
import type { Api } from "../../wire/api";
import type { InboxRow } from "../../wire/types";
import { everyPage } from "../pages";

/**
 * After a cut, what came with the socket again is told first, and lists know by then what happened in it. It is looked
 * again, ever later, while lists are away, or while it is not known whether the agent is back online by themselves.
 */
const LOOKS_AFTER_MS = [2_000, 2_000, 4_000, 8_000, 16_000, 16_000];

/** What it needs of the inbox around it. */
export interface Around {
  readonly api: Api;
  readonly agentId: string;
  /** Null while nobody can tell: they are offline by the cut alone, and may be back in a moment. */
  readonly online: () => boolean | null;
  /** The server's time. */
  readonly now: () => number;
}

/** What was found after a cut. */
export interface Found {
  /** All conversations that wait, and all of the agent's. */
  readonly rows: readonly InboxRow[];
  /** Those of them that nobody has told this tab of, the oldest first. */
  readonly notices: readonly Notice[];
}

/** Cuts of this tab's socket, and what happened in them as lists tell it afterwards: no socket replays notices. */
export class Missing {
  private begunAt: number | null = null;
  private cutAt: number | null = null;
  private cuts = 0;
  /** What was looked at since the cut, and when: told by a push, it may have been opened already. */
  private readonly looked = new Map<string, number>();
  private stopped = false;

  constructor(private readonly around: Around) {}

  stop(): void {
    this.stopped = true;
  }

  /** Nothing is heard from now on, or for so long already; of the first connection nothing is missed. */
  cut(silentMs = 0): void {
    this.cuts += 1;
    if (this.begunAt !== null) this.cutAt ??= this.around.now() - silentMs;
  }

  lookedAt(conversationId: string): void {
    if (this.cutAt !== null) this.looked.set(conversationId, this.around.now());
  }

  /** Looks for what was missed, once something is heard again, and tells it: nothing where nobody tells of it. */
  async find(tell: (found: Found) => Promise<void>): Promise<void> {
    const { cutAt, cuts } = this;
    this.begunAt ??= this.around.now();
    if (cutAt === null) return;
    let told = false;
    for (const [look, afterMs] of LOOKS_AFTER_MS.entries()) {
      await new Promise((after) => setTimeout(after, afterMs));
      // Cut anew meanwhile, it is looked for after that.
      if (this.stopped || this.cuts !== cuts) return;
      const online = this.around.online();
      // All of it was told already, but for whether they are back.
      if (told && online === null && look + 1 < LOOKS_AFTER_MS.length) continue;
      const since = { begunAt: this.begunAt, cutAt, online: online === true };
      const found = await this.read(since).catch(() => null);
      if (this.stopped || this.cuts !== cuts) return;
      if (found === null) continue;
      await tell(found);
      told = true;
      if (online === null && look + 1 < LOOKS_AFTER_MS.length) continue;
      this.cutAt = null;
      this.looked.clear();
      return;
    }
  }

  private async read(since: Pick<Back, "begunAt" | "cutAt" | "online">): Promise<Found> {
    const { api, agentId } = this.around;
    const [waiting, own, { off }] = await Promise.all([
      everyPage<InboxRow>(api, "gateway/folders/unassigned"),
      everyPage<InboxRow>(api, "gateway/folders/mine"),
      api.get<{ off: Kind[] }>("notifier/choices"),
    ]);
    const rows = [...waiting, ...own];
    const back = { ...since, agentId, off, now: this.around.now() };
    const notices = missed(rows, back).filter(
      (one) => Date.parse(one.at) > (this.looked.get(one.conversation_id) ?? 0),
    );
    return { rows, notices };
  }
}
