import { signal } from "@preact/signals";
import { applied, EMPTY, type Entry, type Thread } from "../../models/thread";
import { Problem } from "../../wire/problem";
import type { TranscriptEntry } from "../../wire/types";
import type { Inbox } from "../context";
import type { Frame } from "../frames";
import { onePage } from "../pages";
import { problemFrom } from "../ui/loaded";

/** A conversation that has just begun may not be there to be read yet: so often it is asked for again. */
const NOT_YET_TRIES = 4;
const NOT_YET_MS = 500;
/** What a command led to is to come over the socket; where it does not, it is read. */
const REACH_MS = 1_500;

/** One conversation as it is shown: read once, then kept up to date by its events. */
export class Following {
  readonly thread = signal<Thread>(EMPTY);
  readonly loaded = signal(false);
  readonly problem = signal<Problem | null>(null);
  private unfollow: (() => void) | null = null;
  private unhear: (() => void) | null = null;
  /** The socket said that there is no such conversation, and has told nothing of it since. */
  private missing = false;
  private ended = false;
  private reaching: number | undefined;

  constructor(
    private readonly inbox: Pick<Inbox, "api" | "store">,
    private readonly conversationId: string,
  ) {}

  async start(): Promise<void> {
    this.problem.value = null;
    this.unhear ??= this.inbox.store.onFrame("error", (frame) => this.missed(frame));
    try {
      await this.read(0);
      if (this.ended) return;
      this.follow();
      this.loaded.value = true;
    } catch (error) {
      if (!this.ended) this.problem.value = problemFrom(error);
    }
  }

  stop(): void {
    this.ended = true;
    clearTimeout(this.reaching);
    this.unfollow?.();
    this.unhear?.();
  }

  /** A command led to this version: it will be shown, with the socket or without. */
  reach(version: number): void {
    clearTimeout(this.reaching);
    this.reaching = setTimeout(() => {
      // What cannot be read now comes with the socket.
      if (this.thread.value.version < version) void this.read(version).catch(() => undefined);
    }, REACH_MS);
  }

  private follow(): void {
    if (this.missing) this.unfollow?.();
    if (this.unfollow !== null && !this.missing) return;
    this.missing = false;
    const { version } = this.thread.value;
    this.unfollow = this.inbox.store.follow(this.conversationId, version, (at, event) => {
      if (this.missing) this.problem.value = null;
      this.missing = false;
      this.hear([{ version: at, event }]);
    });
  }

  /** The socket tells nothing of it, unless the next connection does: that is shown, with a way to try again. */
  private missed(frame: Frame): void {
    const { code, stream } = frame;
    if (stream !== `conversation-${this.conversationId}`) return;
    if (code !== "not_found" && code !== "behind") return;
    this.missing = true;
    this.problem.value = new Problem(code === "behind" ? 425 : 404, code, String(frame.detail ?? ""));
  }

  private hear(entries: readonly Entry[]): void {
    if (!this.ended) this.thread.value = applied(this.thread.value, entries);
  }

  private async read(minVersion: number): Promise<void> {
    const path = `gateway/conversations/${this.conversationId}/transcript?min_version=${minVersion}`;
    let cursor: string | null = null;
    do {
      const told: { items: TranscriptEntry[]; next?: string | null } = await this.page(path, cursor);
      this.hear(told.items);
      cursor = told.next ?? null;
    } while (cursor !== null && !this.ended);
  }

  private async page(path: string, cursor: string | null) {
    for (let left = NOT_YET_TRIES; ; left -= 1) {
      try {
        return await onePage<TranscriptEntry>(this.inbox.api, path, cursor, 100);
      } catch (error) {
        const notYet = error instanceof Problem && error.status === 404 && left > 1;
        if (!notYet || this.ended) throw error;
        await new Promise((resolve) => setTimeout(resolve, NOT_YET_MS));
      }
    }
  }
}
