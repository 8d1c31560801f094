import { signal } from "@preact/signals";
import { type Sign, signIn, type Typists, typed } from "../../models/typing";
import type { Store } from "../store";

/** Who writes in a conversation, and the signs that one writes oneself. */
export class Typing {
  readonly who = signal<Typists>(new Map());
  private last: Sign | null = null;
  private timer: number | undefined;
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
    clearTimeout(this.timer);
    if (this.last?.typing) this.send(false);
    this.deaf();
  }

  /** What came from them came: they no longer write it. */
  arrived(who: string): void {
    this.who.value = typed(this.who.value, who, false, Date.now());
  }

  /** One writes, or no longer does; told as soon as the server takes another sign. */
  says(typing: boolean): void {
    clearTimeout(this.timer);
    const ms = signIn(this.last, typing, Date.now());
    if (ms === 0) this.send(typing);
    else if (ms !== null) this.timer = window.setTimeout(() => this.send(typing), ms);
  }

  /** What was written is sent: its coming tells that it is no longer written. */
  sent(): void {
    clearTimeout(this.timer);
    if (this.last !== null) this.last = { ...this.last, typing: false };
  }

  private send(typing: boolean): void {
    const sent = this.store.send({ type: "typing", conversation_id: this.conversationId, typing });
    this.last = sent ? { typing, at: Date.now() } : null;
  }
}
