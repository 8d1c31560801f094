import { computed, signal } from "@preact/signals";
import { OUT } from "../../models/kept";
import { keptOutgoing, readOutbox } from "../../models/kept-outbox";
import {
  AWAY,
  accepted,
  again,
  arrived,
  dropped,
  failed,
  next,
  type Outbox,
  type Outgoing,
  type OutgoingFile,
  retried,
  type Standing,
  sending,
  wrote,
} from "../../models/outgoing";
import { Again, unhurried, whyFailed } from "../../wire/again";
import type { Api } from "../../wire/api";
import { Problem } from "../../wire/problem";
import type { Accepted } from "../../wire/types";
import { kept } from "../kept";

const PATIENCE_MS = 12_000;

/** What one wrote in a conversation and is not in it yet: sent one by one, in order, over reloads, never twice. */
export class Outbound {
  readonly box = signal<Outbox>([]);
  readonly unsent = computed(
    () =>
      this.box.value.filter((one) => (one.state === "failed" ? one.why === AWAY : one.state !== "accepted"))
        .length,
  );
  private readonly retrying = new Again(() => this.again());
  private readonly place: string;
  private stopped = false;

  constructor(
    private readonly api: Api,
    me: string,
    private readonly conversationId: string,
  ) {
    this.place = `${placeOf(me)}${conversationId}.`;
    this.box.value = readOutbox(read(this.place));
    void this.drain();
  }

  /** The conversations in which something was kept unsent. */
  static kept(me: string): string[] {
    return [...new Set(kept.names(placeOf(me)).map((name) => partsOf(me, name)[0]))];
  }

  /** All that is kept unsent, whichever tab it was written in. */
  static keptBox(me: string): Outbox {
    return Outbound.kept(me).flatMap((id) => [...readOutbox(read(`${placeOf(me)}${id}.`))]);
  }

  /** Hears which messages are gone from what is kept, because another tab sent or deleted them. */
  static onGone(me: string, gone: (conversationId: string, key: string) => void): () => void {
    return kept.onGone(placeOf(me), (name) => gone(...partsOf(me, name)));
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

  /** Another tab sent or deleted it: from here it is not sent any more. */
  gone(key: string): void {
    const one = this.box.value.find((other) => other.key === key);
    // What was sent from here goes when it stands in the conversation.
    if (one?.state === "waiting" || one?.state === "failed") this.drop(key);
  }

  /** Tries all again that reached nobody. */
  again(): void {
    const box = again(this.box.value);
    if (box === this.box.value) return;
    this.put(box);
    void this.drain();
  }

  /** The agent is signed in no more: what is left is sent, and kept otherwise, by their next sign-in alone. */
  stop(): void {
    this.stopped = true;
    this.retrying.over();
  }

  /** These stand in the conversation: they wait no longer. */
  settle(standing: readonly Standing[]): void {
    const left = arrived(this.box.value, standing);
    if (left !== this.box.value) this.put(left);
  }

  private async drain(): Promise<void> {
    for (let one = this.next(); one !== null; one = this.next()) await this.post(one);
  }

  private next(): Outgoing | null {
    return this.stopped ? null : next(this.box.value);
  }

  private async post(one: Outgoing): Promise<void> {
    this.put(sending(this.box.value, one.key));
    const file = one.file?.token ? { attachment_token: one.file.token } : {};
    try {
      const path = `conversation/conversations/${this.conversationId}/messages`;
      // What is tried again by itself has patience enough.
      const asking = { key: one.key, patienceMs: one.why ? 0 : PATIENCE_MS };
      const body = { text: one.text, ...file };
      const told = await unhurried(() => this.api.post<Accepted>(path, body, asking));
      this.put(accepted(this.box.value, one.key, told.ids?.message_id ?? ""));
      this.retrying.over();
    } catch (error) {
      // The end of a session refuses nothing: it waits for the agent's return, and all that was written later behind it.
      const over = error instanceof Problem && error.status === 401;
      const why = over ? AWAY : whyFailed(error);
      this.put(failed(this.box.value, one.key, why));
      if (why === AWAY && !over && !this.stopped) this.retrying.later(error);
    }
  }

  private put(box: Outbox): void {
    if (this.stopped) return;
    const changes = keptOutgoing(this.box.value, box);
    this.box.value = box;
    for (const [name, one] of Object.entries(changes))
      kept.set(this.place + name, one === undefined ? null : JSON.stringify(one));
  }
}

function placeOf(me: string): string {
  return `outbox.${me}.`;
}

/** The conversation and the key of a message that is kept by this name. */
function partsOf(me: string, name: string): [conversationId: string, key: string] {
  const [conversationId = "", key = ""] = name.slice(placeOf(me).length).split(`.${OUT}`);
  return [conversationId, key];
}

/** Each message by its own name: two tabs lose none of each other's. What nobody can read is nothing. */
function read(place: string): Record<string, unknown> {
  return Object.fromEntries(kept.names(place).map((name) => [name.slice(place.length), parsed(name)]));
}

function parsed(name: string): unknown {
  try {
    return JSON.parse(kept.get(name) ?? "null");
  } catch {
    return null;
  }
}
