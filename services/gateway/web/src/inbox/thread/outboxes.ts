import { computed, signal } from "@preact/signals";
import type { Api } from "../../wire/api";
import { Outbound } from "./outbound";

/** The outboxes of all conversations in which one wrote: what is in them is sent also when one looks elsewhere. */
export class Outboxes {
  private readonly all = signal<ReadonlyMap<string, Outbound>>(new Map());
  /** How many own messages wait to be sent. */
  readonly unsent = computed(() =>
    [...this.all.value.values()].reduce((sum, one) => sum + one.unsent.value, 0),
  );

  /** Whether there is anything that stands in no conversation, also what was refused, or written in another tab. */
  get hasLeft(): boolean {
    const boxes = [...this.all.peek().values()].map((one) => one.box.peek());
    return [...boxes, Outbound.keptBox(this.me)].some((box) => box.some((it) => it.state !== "accepted"));
  }

  private deaf: () => void = () => undefined;

  constructor(
    private readonly api: Api,
    private readonly me: string,
  ) {
    const known = Outbound.kept(me).map((id) => [id, new Outbound(api, me, id)] as const);
    this.all.value = new Map(known);
  }

  /** Hears what other tabs of the agent sent or deleted. */
  start(): void {
    this.deaf = Outbound.onGone(this.me, (id, key) => this.all.peek().get(id)?.gone(key));
  }

  stop(): void {
    this.deaf();
    for (const one of this.all.peek().values()) one.stop();
  }

  of(conversationId: string): Outbound {
    const known = this.all.peek().get(conversationId);
    if (known !== undefined) return known;
    const made = new Outbound(this.api, this.me, conversationId);
    this.all.value = new Map(this.all.peek()).set(conversationId, made);
    return made;
  }

  /** The server can be reached again. */
  again(): void {
    for (const one of this.all.peek().values()) one.again();
  }
}
