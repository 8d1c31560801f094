import { computed, signal } from "@preact/signals";
import {
  accepted,
  arrived,
  dropped,
  failed,
  next,
  type Outbox,
  type Outgoing,
  type OutgoingFile,
  restored,
  retried,
  type Standing,
  sending,
  wrote,
} from "../../models/outgoing";
import type { Api } from "../../wire/api";
import type { Accepted } from "../../wire/types";
import { kept } from "../kept";
import { problemFrom } from "../ui/loaded";

const PATIENCE_MS = 12_000;

/** What one wrote in a conversation and is not in it yet: sent one by one, in order, over reloads, never twice. */
export class Outbound {
  readonly box = signal<Outbox>([]);
  readonly unsent = computed(
    () => this.box.value.filter((one) => one.state === "waiting" || one.state === "sending").length,
  );
  private readonly place: string;

  constructor(
    private readonly api: Api,
    me: string,
    private readonly conversationId: string,
  ) {
    this.place = `${placeOf(me)}${conversationId}`;
    this.box.value = restored(read(this.place));
    void this.drain();
  }

  /** The conversations in which something was kept unsent. */
  static kept(me: string): string[] {
    return kept.names(placeOf(me)).map((name) => name.slice(placeOf(me).length));
  }

  write(text: string, after: number, file: OutgoingFile | null = null): void {
    this.put(wrote(this.box.value, { key: crypto.randomUUID(), text, writtenAt: Date.now(), after, file }));
    void this.drain();
  }

  retry(key: string): void {
    this.put(retried(this.box.value, key));
    void this.drain();
  }

  drop(key: string): void {
    this.put(dropped(this.box.value, key));
    void this.drain();
  }

  /** Tries all again that reached nobody. */
  again(): void {
    this.put(retried(this.box.value));
    void this.drain();
  }

  /** These stand in the conversation: they wait no longer. */
  settle(standing: readonly Standing[]): void {
    const left = arrived(this.box.value, standing);
    if (left !== this.box.value) this.put(left);
  }

  private async drain(): Promise<void> {
    for (let one = next(this.box.value); one !== null; one = next(this.box.value)) await this.post(one);
  }

  private async post(one: Outgoing): Promise<void> {
    this.put(sending(this.box.value, one.key));
    const file = one.file?.token ? { attachment_token: one.file.token } : {};
    try {
      const path = `conversation/conversations/${this.conversationId}/messages`;
      const asking = { key: one.key, patienceMs: PATIENCE_MS };
      const told = await this.api.post<Accepted>(path, { text: one.text, ...file }, asking);
      this.put(accepted(this.box.value, one.key, told.ids?.message_id ?? ""));
    } catch (error) {
      this.put(failed(this.box.value, one.key, problemFrom(error).code));
    }
  }

  private put(box: Outbox): void {
    this.box.value = box;
    kept.set(this.place, box.length === 0 ? null : JSON.stringify(box));
  }
}

function placeOf(me: string): string {
  return `outbox.${me}.`;
}

/** What another version of the page kept, or nobody can read, is nothing. */
function read(place: string): Outbox {
  try {
    const told: unknown = JSON.parse(kept.get(place) ?? "[]");
    return Array.isArray(told) ? (told as Outbox) : [];
  } catch {
    return [];
  }
}
