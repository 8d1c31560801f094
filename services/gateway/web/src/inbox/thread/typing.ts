import { signal } from "@preact/signals";
import { signs, type Typists, typed } from "../../models/typing";
import type { Store } from "../store";

/** Who writes in a conversation, and the signs that one writes oneself. */
export class Typing {
  readonly who = signal<Typists>(new Map());
  private lastAt: number | null = null;
  private readonly deaf: () => void;

  constructor(
    private readonly store: Store,
    private readonly conversationId: string,
  ) {
    this.deaf = store.onFrame("typing", (frame) => {
      if (frame.conversation_id !== conversationId || frame.agent_id === store.me.agent_id) return;
      const who = typeof frame.agent_id === "string" ? frame.agent_id : "visitor";
      this.who.value = typed(this.who.value, who, frame.typing === true, Date.now());
    });
  }

  stop(): void {
    this.says(false);
    this.deaf();
  }

  /** What came from them came: they no longer write it. */
  arrived(who: string): void {
    this.who.value = typed(this.who.value, who, false, Date.now());
  }

  says(typing: boolean): void {
    const now = Date.now();
    if (!signs(this.lastAt, typing, now)) return;
    const sent = this.store.send({ type: "typing", conversation_id: this.conversationId, typing });
    this.lastAt = typing && sent ? now : null;
  }
}
