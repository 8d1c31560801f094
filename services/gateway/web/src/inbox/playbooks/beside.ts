import { signal } from "@preact/signals";
import type { Frame } from "../frames";
import type { Store } from "../store";
import { type Timers, timers } from "./timers";

/** Somebody else who has this playbook open now, and the card that they have selected. */
export interface Editor {
  readonly id: string;
  readonly name: string;
  readonly cardId: string | null;
}

/** Whoever goes from card to card by keys tells where they are, and not each card on the way. */
const TELL_EVERY_MS = 500;

/** Tells the others who edit a playbook that one does, and who of them does, and where. */
export class Beside {
  readonly others = signal<readonly Editor[]>([]);
  private cardId: string | null = null;
  private timer: number | null = null;
  private readonly ends: readonly (() => void)[];

  constructor(
    private readonly store: Pick<Store, "me" | "send" | "onFrame">,
    private readonly playbookId: string,
    private readonly around: Timers = timers,
  ) {
    this.ends = [
      store.onFrame("editing", (frame) => this.hear(frame)),
      // A new socket has not been told yet, and tells only who is there from now on.
      store.onFrame("ready", () => {
        this.others.value = [];
        this.tell();
      }),
    ];
    this.tell();
  }

  /** One has selected another card, or none. */
  at(cardId: string | null): void {
    if (cardId === this.cardId) return;
    this.cardId = cardId;
    this.timer ??= this.around.set(() => {
      this.timer = null;
      this.tell();
    }, TELL_EVERY_MS);
  }

  stop(): void {
    if (this.timer !== null) this.around.clear(this.timer);
    this.timer = null;
    for (const end of this.ends) end();
    this.store.send({ type: "edit", playbook_id: null });
  }

  private tell(): void {
    this.store.send({ type: "edit", playbook_id: this.playbookId, card_id: this.cardId });
  }

  private hear(frame: Frame): void {
    if (frame.playbook_id !== this.playbookId || !Array.isArray(frame.agents)) return;
    this.others.value = frame.agents.map(
      (one: { agent_id?: unknown; name?: unknown; card_id?: unknown }) => ({
        id: String(one.agent_id),
        name: String(one.name),
        cardId: typeof one.card_id === "string" ? one.card_id : null,
      }),
    );
  }
}
