import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Presence, presenceOf } from "../models/presence";
import type { Api } from "../wire/api";
import { kept } from "./kept";
import { tabId } from "./tab";

export interface Leaving {
  readonly open: number | null;
}

/** The agent's switch: what it says, and how it is turned. The agent's own row says how it stands. */
export class Switch {
  private readonly wished: Signal<boolean>;
  private readonly cut = signal(true);
  readonly turning = signal(false);
  /** It is asked whether to go offline with so many open conversations, which may not be counted yet; null: it is not. */
  readonly leaving = signal<Leaving | null>(null);
  readonly says: ReadonlySignal<Presence>;

  constructor(
    private readonly api: Api,
    private readonly me: string,
    private readonly online: ReadonlySignal<boolean | null>,
  ) {
    this.wished = signal(kept.get(`online.${me}`) === "yes");
    this.says = computed(() =>
      presenceOf({ online: this.online.value, wished: this.wished.value, cut: this.cut.value }),
    );
  }

  /** The socket was cut, or rows told how the agent stands now. */
  sees(what: "cut" | "row"): void {
    if (what === "cut") this.cut.value = true;
    else if (this.online.value === true) this.cut.value = false;
  }

  /** Turns it over; unless no conversation is open for sure, it is asked first. Raises the Problem of a refusal. */
  async flip(open: number | null): Promise<void> {
    if (this.says.value === "unknown" || this.turning.value) return;
    const online = this.says.value === "online";
    if (online && open !== 0) this.leaving.value = { open };
    else await this.turn(!online);
  }

  /** Turns it. Raises the Problem of a refusal. */
  async turn(online: boolean): Promise<void> {
    this.leaving.value = null;
    this.turning.value = true;
    try {
      if (online) await this.api.post("presence/online", { tab: tabId() });
      else await this.api.post("presence/offline");
      this.wished.value = online;
      kept.set(`online.${this.me}`, online ? "yes" : null);
    } finally {
      this.turning.value = false;
    }
  }
}
