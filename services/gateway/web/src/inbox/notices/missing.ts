import { type Back, missed } from "../../models/missed";
import type { Kind, Notice } from "../../models/notices";
import type { Api } from "../../wire/api";
import type { InboxRow } from "../../wire/types";
import { everyPage } from "../pages";

/** After a cut, what came with the socket again is told first, and lists know by then what happened in it. */
const SETTLED_MS = 2_000;
const TRIES_MAX = 3;

/** What it needs of the inbox around it. */
export interface Around {
  readonly api: Api;
  readonly agentId: string;
  readonly online: () => boolean;
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

  /** Nothing is heard from now on; of the first connection nothing is missed. */
  cut(): void {
    this.cuts += 1;
    if (this.begunAt !== null) this.cutAt ??= this.around.now();
  }

  lookedAt(conversationId: string): void {
    if (this.cutAt !== null) this.looked.set(conversationId, this.around.now());
  }

  /** Looks for what was missed, once something is heard again; null where nothing was, or nobody tells. */
  async find(): Promise<Found | null> {
    const { cutAt, cuts } = this;
    this.begunAt ??= this.around.now();
    if (cutAt === null) return null;
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      await new Promise((after) => setTimeout(after, SETTLED_MS));
      // Cut anew meanwhile, it is looked for after that.
      if (this.stopped || this.cuts !== cuts) return null;
      const found = await this.read({ begunAt: this.begunAt, cutAt }).catch(() => null);
      if (this.stopped || this.cuts !== cuts) return null;
      if (found === null) continue;
      this.cutAt = null;
      this.looked.clear();
      return found;
    }
    return null;
  }

  private async read(since: Pick<Back, "begunAt" | "cutAt">): Promise<Found> {
    const { api, agentId } = this.around;
    const [waiting, own, { off }] = await Promise.all([
      everyPage<InboxRow>(api, "gateway/folders/unassigned"),
      everyPage<InboxRow>(api, "gateway/folders/mine"),
      api.get<{ off: Kind[] }>("notifier/choices"),
    ]);
    const rows = [...waiting, ...own];
    const back = { ...since, agentId, off, online: this.around.online(), now: this.around.now() };
    const notices = missed(rows, back).filter(
      (one) => Date.parse(one.at) > (this.looked.get(one.conversation_id) ?? 0),
    );
    return { rows, notices };
  }
}
