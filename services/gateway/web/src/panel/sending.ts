import { keptOutgoing, readOutbox, withoutOthers } from "../models/kept-outbox";
import * as outgoing from "../models/outgoing";
import { ownLines } from "../models/visitor-screen";
import { Again, unhurried, whyFailed } from "../wire/again";
import { isRecord, Problem } from "../wire/problem";
import type { Accepted, Uploaded } from "../wire/types";
import { dispositionOf } from "../wire/upload";
import type { Host } from "./host";
import type { Store } from "./state";
import type { Visiting } from "./visiting";

const FILE_BYTES_MAX = 10_485_760;
const TYPING_EVERY_MS = 2_500;
const PATIENCE_MS = 8_000;

/** What the visitor says and sends: one after the other, each once, also over a reload. */
export class Sending {
  private files = new Map<string, File>();
  private kept: outgoing.Outbox;
  private typedAt = 0;
  private readonly again = new Again(() => void this.go());

  constructor(
    private readonly host: Host,
    private readonly store: Store,
    private readonly visiting: Visiting,
  ) {
    this.kept = readOutbox(host.init.kept, this.visit);
    host.tell("keep", withoutOthers(host.init.kept, this.visit));
    store.set({ outbox: this.kept });
    store.on(() => this.settle());
    visiting.unsent = () => this.unsent();
  }

  private get visit(): string {
    return this.store.state.visit?.visit ?? "";
  }

  say(text: string, file?: File): void {
    const key = crypto.randomUUID();
    const after = this.visiting.screen.chat?.lines.at(-1)?.version ?? 0;
    const told = file ? { name: file.name, size: file.size, token: null } : null;
    if (file) this.files.set(key, file);
    this.change((outbox) => outgoing.wrote(outbox, { key, text, writtenAt: Date.now(), after, file: told }));
    if (file && file.size > FILE_BYTES_MAX) this.change((it) => outgoing.failed(it, key, "file_too_large"));
    this.typedAt = 0;
    void this.drain();
  }

  retry(key: string): void {
    this.change((outbox) => outgoing.retried(outbox, key));
    void this.drain();
  }

  drop(key: string): void {
    this.change((outbox) => outgoing.dropped(outbox, key));
    void this.drain();
  }

  /** Says now and then that the visitor writes. */
  types(): void {
    const { chat, writes } = this.visiting.screen;
    if (!writes || chat === null || Date.now() - this.typedAt < TYPING_EVERY_MS) return;
    this.typedAt = Date.now();
    this.visiting.connection?.send({ type: "typing", conversation_id: chat.id, typing: true });
  }

  /** Sends what waits, and what reached nobody, but for what was deleted, or has arrived, in another tab. */
  async go(): Promise<void> {
    const kept = await this.visiting.ask();
    if (isRecord(kept)) {
      const left = readOutbox(kept, this.visit).map((one) => one.key);
      this.change((outbox) => outgoing.stillKept(outbox, left));
    }
    this.change(outgoing.again);
    await this.drain();
  }

  /** Sends what waits, while there is a conversation to send it to. */
  private async drain(): Promise<void> {
    const { chat } = this.visiting.screen;
    const one = outgoing.next(this.store.state.outbox);
    if (chat === null || one === null) return;
    this.change((outbox) => outgoing.sending(outbox, one.key));
    try {
      const token = one.file && (one.file.token ?? (await this.upload(chat.id, one)));
      const body = token ? { text: one.text, attachment_token: token } : { text: one.text };
      const path = `conversation/conversations/${chat.id}/messages`;
      // What is tried again by itself has patience enough.
      const asking = { key: one.key, patienceMs: one.why ? 0 : PATIENCE_MS };
      const told = await unhurried(() => this.visiting.api.post<Accepted>(path, body, asking));
      this.change((outbox) => outgoing.accepted(outbox, one.key, told.ids?.message_id ?? ""));
      this.again.over();
    } catch (error) {
      const why = whyFailed(error);
      this.change((outbox) => outgoing.failed(outbox, one.key, why));
      if (why === outgoing.AWAY) this.again.later(error);
      if (why === "attachment_over") this.change((outbox) => outgoing.uploaded(outbox, one.key, null));
    }
    await this.drain();
  }

  private async upload(chat: string, one: outgoing.Outgoing): Promise<string> {
    const raw = this.files.get(one.key);
    if (raw === undefined) throw new Problem(409, "attachment_over", "");
    const headers = { "content-disposition": dispositionOf(raw.name) };
    const path = `gateway/conversations/${chat}/files`;
    const told = await this.visiting.api.post<Uploaded>(path, undefined, {
      raw,
      headers,
      key: `file-${one.key}`,
    });
    this.change((outbox) => outgoing.uploaded(outbox, one.key, told.attachment_token));
    return told.attachment_token;
  }

  /** The texts of a chat that reached nobody, as far as anybody knows. */
  private unsent(): string[] {
    const left = outgoing.pending(this.store.state.outbox, ownLines(this.visiting.screen));
    return left.filter((one) => one.state !== "accepted").map((one) => one.text);
  }

  private change(how: (outbox: outgoing.Outbox) => outgoing.Outbox): void {
    const outbox = how(this.store.state.outbox);
    if (outbox !== this.store.state.outbox) this.store.set({ outbox });
  }

  /** Takes out what stands in the conversation, and has the rest kept. */
  private settle(): void {
    const outbox = outgoing.arrived(this.store.state.outbox, ownLines(this.visiting.screen));
    if (outbox !== this.store.state.outbox) {
      this.store.set({ outbox });
      return;
    }
    if (outbox === this.kept) return;
    const changed = keptOutgoing(this.kept, outbox, this.visit);
    this.kept = outbox;
    if (Object.keys(changed).length > 0) this.host.tell("keep", changed);
  }
}
