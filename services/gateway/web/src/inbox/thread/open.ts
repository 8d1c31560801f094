import { computed, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { EMPTY, unreadUpTo } from "../../models/thread";
import type { Accepted } from "../../wire/types";
import type { Inbox } from "../context";
import { Following } from "./following";
import { Notes } from "./notes";
import { Typing } from "./typing";
import { Viewing } from "./viewing";

type Around = Pick<Inbox, "api" | "store" | "me">;

/** The conversation that is open: what is shown of it, and what can be done with it. */
export class Open {
  readonly following: Following;
  readonly notes: Notes;
  readonly typing: Typing;
  readonly viewing: Viewing;
  readonly outbound;
  readonly drafts;
  /** One asked to have it, and no answer came yet: it is shown as if it were so. */
  readonly taking = signal(false);
  /** It is asked whether the conversation is really to be closed. */
  readonly closing = signal(false);
  /** What is written, and how often it was asked that the cursor go there. */
  readonly mode = signal<"message" | "note">("message");
  readonly called = signal(0);
  readonly thread = computed(() => this.following.thread.value);
  readonly row = computed(() => this.inbox.store.state.value.rows.get(this.conversationId) ?? null);
  readonly holder = computed(() => {
    const { agent_id: id, name } = this.inbox.me;
    return this.taking.value ? { id, name } : this.thread.value.holder;
  });
  /** What the bot is called, where it is known. */
  readonly bot = computed(() => {
    const { playbookId } = this.thread.value;
    return playbookId === null ? null : this.inbox.store.bots.of(playbookId).value;
  });
  readonly isMine = computed(() => this.holder.value?.id === this.inbox.me.agent_id);
  readonly isClosed = computed(() => this.thread.value.status === "closed");
  private readUpTo = 0;
  /** What was asked for last, done or refused: what is asked for meanwhile is asked for after it. */
  private lastAsked: Promise<unknown> = Promise.resolve();
  /** Who holds it once that is done; undefined while nothing is under way. */
  private holderAsked: string | null | undefined;

  constructor(
    private readonly inbox: Around,
    readonly conversationId: string,
  ) {
    this.following = new Following(inbox, conversationId);
    this.notes = new Notes(inbox, conversationId);
    this.viewing = new Viewing(inbox.store, conversationId);
    this.typing = new Typing(inbox.store, conversationId);
    this.outbound = inbox.store.outboxes.of(conversationId);
    this.drafts = inbox.store.drafts.of(conversationId);
  }

  start(): void {
    void this.following.start();
    this.notes.start();
    this.viewing.start();
  }

  stop(): void {
    this.following.stop();
    this.notes.stop();
    this.typing.stop();
    this.viewing.stop();
  }

  /** Puts the cursor where this is written. */
  write(mode: "message" | "note"): void {
    this.mode.value = mode;
    this.called.value += 1;
  }

  /** Takes it from Unassigned. Raises the Problem of a refusal, such as that somebody was faster. */
  async take(): Promise<void> {
    this.taking.value = true;
    try {
      await this.passes(this.inbox.me.agent_id, () => this.command("take", {}));
    } finally {
      this.taking.value = false;
    }
  }

  async assign(agentId: string): Promise<void> {
    const expected_holder = this.expectedHolder();
    await this.passes(agentId, () => this.command("assign", { agent_id: agentId, expected_holder }));
  }

  async close(): Promise<void> {
    const expected_holder = this.expectedHolder();
    await this.passes(expected_holder, () => this.command("close", { expected_holder }));
  }

  /** Whoever it was asked for last, also where no event has told it yet. */
  private expectedHolder(): string | null {
    return this.holderAsked === undefined ? (this.thread.value.holder?.id ?? null) : this.holderAsked;
  }

  /** Asks once what was asked for before is done or refused; from now on it is expected to be this agent's. */
  private async passes(holder: string | null, work: () => Promise<void>): Promise<void> {
    this.holderAsked = holder;
    const done = this.lastAsked.then(work);
    const settled = done.catch(() => undefined);
    this.lastAsked = settled;
    try {
      await done;
    } finally {
      if (this.lastAsked === settled) this.holderAsked = undefined;
    }
  }

  /** Tells that all was seen that is there, where it is one's own and something is unread. */
  async sees(): Promise<void> {
    const upTo = unreadUpTo(this.thread.value);
    const holds = this.thread.value.holder?.id === this.inbox.me.agent_id;
    if (upTo === null || upTo <= this.readUpTo || !holds || this.isClosed.value) return;
    this.readUpTo = upTo;
    try {
      await this.command("read", { up_to: upTo });
    } catch {
      // It is told again with the next message, or when the page is looked at again.
      this.readUpTo = 0;
    }
  }

  private async command(name: string, body: object): Promise<void> {
    const path = `conversation/conversations/${this.conversationId}/${name}`;
    const told = await this.inbox.api.post<Accepted>(path, body);
    this.following.reach(told.version);
    // Until the event is there, what was asked for is shown, and expected.
    if (name !== "read") await this.arrives(told.version);
  }

  private arrives(version: number): Promise<void> {
    if (this.thread.value.version >= version) return Promise.resolve();
    return new Promise((resolve) => {
      const limit = setTimeout(done, 4_000);
      const end = this.thread.subscribe((thread) => {
        if (thread !== EMPTY && thread.version >= version) done();
      });
      function done() {
        clearTimeout(limit);
        // The first call comes before `subscribe` has returned.
        queueMicrotask(() => end());
        resolve();
      }
    });
  }
}

export const OpenContext = createContext<Open | null>(null);

export function useOpen(): Open {
  const found = useContext(OpenContext);
  if (found === null) throw new Error("no conversation around this component");
  return found;
}
