import { signal } from "@preact/signals";
import type { Frame } from "../frames";
import type { Store } from "../store";

/** Somebody else who has a conversation on their screen now. */
export interface Viewer {
  readonly id: string;
  readonly name: string;
}

/** Tells the others that one looks at a conversation, and who of them does. */
export class Viewing {
  readonly others = signal<readonly Viewer[]>([]);
  private readonly ends: readonly (() => void)[];

  constructor(
    private readonly store: Store,
    private readonly conversationId: string,
  ) {
    this.ends = [
      store.onFrame("viewing", (frame) => this.hear(frame)),
      // A new socket has not been told yet, and tells only who looks from now on.
      store.onFrame("ready", () => {
        this.others.value = [];
        this.look();
      }),
    ];
    document.addEventListener("visibilitychange", this.look);
  }

  start(): void {
    this.look();
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.look);
    for (const end of this.ends) end();
    this.tell(null);
  }

  private readonly look = () =>
    this.tell(document.visibilityState === "visible" ? this.conversationId : null);

  private tell(conversationId: string | null): void {
    this.store.send({ type: "view", conversation_id: conversationId });
  }

  private hear(frame: Frame): void {
    if (frame.conversation_id !== this.conversationId || !Array.isArray(frame.agents)) return;
    const told = frame.agents.map((one: { agent_id?: unknown; name?: unknown }) => ({
      id: String(one.agent_id),
      name: String(one.name),
    }));
    this.others.value = told.filter((one) => one.id !== this.store.me.agent_id);
  }
}
