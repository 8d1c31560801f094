import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Api } from "../../wire/api";
import type { Bot } from "../../wire/types";

/** What the bots of playbooks are called; each is asked for once, and null until it is known. */
export class Bots {
  private readonly names = new Map<string, Signal<string | null>>();

  constructor(private readonly api: Api) {}

  of(playbookId: string): ReadonlySignal<string | null> {
    const held = this.names.get(playbookId) ?? signal(null);
    if (!this.names.has(playbookId)) {
      this.names.set(playbookId, held);
      void this.read(playbookId, held);
    }
    return held;
  }

  private async read(playbookId: string, held: Signal<string | null>): Promise<void> {
    try {
      held.value = (await this.api.get<Bot>(`gateway/playbooks/${playbookId}/bot`)).name;
    } catch {
      // Until it is asked for again, with the next conversation, it is called by our own word.
      this.names.delete(playbookId);
    }
  }
}
