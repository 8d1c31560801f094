import type { Flow, LiveChatCard, StreamEvent } from "../wire/types";
import { decided, type Facts } from "./playbook-conditions";
import { validDetail } from "./playbook-details";
import type { Card } from "./playbook-flow";
import { saidOutside, saying } from "./playbook-outside";
import { type Frame, optionsOf, Recorder, type Shown } from "./playbook-recorder";
import type { Privacy } from "./visitor";

/** Why an answer was refused; `retry` is what the visitor reads then. */
export interface Refusal {
  code:
    | "not_waiting_for_this_card"
    | "detail_not_valid"
    | "no_such_choice"
    | "consent_needed"
    | "no_consent_asked";
  retry?: string;
}

/** Where the visitor stands in line, as the socket tells it. */
export interface Place {
  readonly type: "queue";
  readonly conversation_id: string;
  readonly position: number;
}

type Answered = { label: string; event: StreamEvent };

/**
 * A walk through a draft, as the services would walk it, in the browser alone: it gives the frames that a panel folds,
 * and does nothing else. `stuck` is a card that cannot be shown here, and at which it stops.
 */
export class PreviewWalk {
  stuck: string | null = null;
  private readonly record: Recorder;
  private readonly captured = new Map<string, string>();
  private shown = 0;
  private waiting: { id: string; arrival: number } | null = null;
  private asked: { id: string; card: LiveChatCard; conversation: string; request: string } | null = null;
  /** The conversation that is open. */
  private open: string | null = null;
  private agreed = false;

  constructor(
    private readonly flow: Flow,
    private readonly facts: Facts,
    playbookId: string,
    now: () => number,
    /** What is told of personal data. */
    private readonly privacy: Privacy | null = null,
  ) {
    this.record = new Recorder(now);
    this.record.visit({
      type: "playbook.visit_started.v1",
      at: this.record.at(),
      playbook_id: playbookId,
      published: 1,
      ...(privacy === null ? {} : { privacy }),
    });
    this.walk(flow.start);
  }

  /** The frames since they were asked for last. */
  frames(): Frame[] {
    return this.record.taken();
  }

  /** Every frame so far, for a socket that comes anew. */
  all(): readonly Frame[] {
    return this.record.all;
  }

  answer(cardId: string, choiceId: string): Refusal | null {
    const card = this.cardThatWaits(cardId);
    if (card?.kind !== "question") return { code: "not_waiting_for_this_card" };
    const choice = card.choices.find((one) => one.choice_id === choiceId);
    if (choice === undefined) return { code: "no_such_choice" };
    const { label } = choice;
    const event: StreamEvent = {
      type: "playbook.answer_given.v1",
      ...this.head(cardId),
      choice_id: choiceId,
      label,
    };
    return this.goOn({ label, event }, cardId, choice.next);
  }

  detail(cardId: string, given: string): Refusal | null {
    const card = this.cardThatWaits(cardId);
    if (card?.kind !== "capture") return { code: "not_waiting_for_this_card" };
    if (this.privacy?.asks && !this.agreed) return { code: "consent_needed" };
    const value = validDetail(card, given);
    if (value === null) return { code: "detail_not_valid", retry: card.retry_text };
    const field = card.key ?? card.field;
    this.captured.set(field, value);
    const event: StreamEvent = {
      type: "playbook.detail_captured.v1",
      ...this.head(cardId),
      field,
      value,
    };
    return this.goOn({ label: value, event }, cardId, card.next);
  }

  /** The visitor agrees to what is told of personal data; again, nothing comes of it. */
  agree(): Refusal | null {
    if (!this.privacy?.asks) return { code: "no_consent_asked" };
    // To which text is the services' to note: here nobody else will ask.
    if (!this.agreed)
      this.record.visit({ type: "playbook.consent_given.v1", at: this.record.at(), text_sha256: "" });
    this.agreed = true;
    return null;
  }

  /** What the visitor writes to whoever may come. */
  say(text: string, messageId: string): void {
    if (this.open === null) return;
    this.record.talk(this.open, {
      ...this.record.line(text, messageId),
      type: "conversation.message_posted.v1",
      author: "visitor",
    });
  }

  /** Nobody has come in the wait time: the offline message, and the offline flow. */
  expire(): void {
    const { asked, open } = this;
    if (asked === null || open === null) return;
    const { card, id, conversation, request } = asked;
    this.asked = null;
    this.record.talk(open, {
      type: "conversation.wait_expired.v1",
      at: this.record.at(),
      reason: "wait_time",
    });
    this.record.bot(open, { text: card.offline_message, body: card.offline_body ?? [] });
    this.offline(id, conversation, request, "wait_expired", card);
  }

  /** Whether the visitor waits for a person at this moment. */
  get isWaiting(): boolean {
    return this.asked !== null && this.open !== null;
  }

  /** The only one who waits here is the next; null where the card does not say so, or nobody waits. */
  get place(): Place | null {
    const { asked, open } = this;
    if (asked === null || open === null || !asked.card.show_queue_position) return null;
    return { type: "queue", conversation_id: open, position: 1 };
  }

  private cardThatWaits(cardId: string): Card | null {
    return this.waiting?.id === cardId ? (this.flow.cards[cardId] ?? null) : null;
  }

  private head(cardId: string) {
    return { at: this.record.at(), card_id: cardId, arrival: this.waiting?.arrival ?? 0 };
  }

  private goOn({ label, event }: Answered, cardId: string, next: string): Refusal | null {
    this.waiting = null;
    this.record.visit(event);
    if (this.open !== null) this.record.answered(this.open, label, cardId);
    this.walk(next);
    return null;
  }

  /** Up to the next card that waits for the visitor. */
  private walk(first: string): void {
    let id = first;
    // A run is no longer than the flow: also a draft that leads round in a circle ends.
    for (let left = Object.keys(this.flow.cards).length; left > 0; left -= 1) {
      const card = this.flow.cards[id];
      if (card === undefined) return;
      const next = this.arrive(id, card);
      if (next === null) return;
      id = next;
    }
  }

  /** Shows what a card shows; the card with which the walk goes on by itself. */
  private arrive(id: string, card: Card): string | null {
    switch (card.kind) {
      case "message":
        this.show(id, card);
        return card.next;
      case "question":
      case "capture":
        this.show(id, card);
        this.waiting = { id, arrival: this.shown };
        return null;
      case "end":
        this.show(id, card);
        this.end();
        return null;
      case "qualify":
      case "action":
        // Visitors see nothing of these.
        return card.next;
      case "condition":
        return decided(card, this.facts, this.captured);
      case "live_chat":
        return this.request(id, card);
      default:
        this.stuck = id;
        return null;
    }
  }

  private show(id: string, card: Shown): void {
    this.shown += 1;
    const asks = card.kind === "capture" ? card : null;
    const options = optionsOf(card);
    const body = "body" in card ? (card.body ?? []) : [];
    const field = asks ? (asks.key ?? asks.field) : null;
    this.record.visit({
      type: "playbook.card_shown.v1",
      at: this.record.at(),
      card_id: id,
      kind: card.kind ?? "message",
      arrival: this.shown,
      text: card.text,
      ...(body.length > 0 ? { body } : {}),
      options,
      field,
      detail_type: asks?.field === "free" ? (asks.type ?? "text") : null,
      bounds: asks === null ? null : { least: asks.least ?? null, most: asks.most ?? null },
      conversation_id: this.open,
    });
    const said = { text: card.text, body };
    this.record.said.push({ by: "bot", ...said, cardId: id });
    if (this.open !== null) this.record.bot(this.open, said, id, options, field);
  }

  private end(): void {
    const conversation_id = this.open;
    this.record.visit({
      type: "playbook.visit_ended.v1",
      at: this.record.at(),
      reason: "end_card",
      conversation_id,
    });
    if (this.open !== null)
      this.record.talk(this.open, { type: "conversation.closed.v1", at: this.record.at(), reason: "missed" });
    this.open = null;
  }

  /** Asks for a person. Where nobody came in time and still may, the card says its offline message and leads on instead. */
  private request(id: string, card: LiveChatCard): string | null {
    const now = saying(card, this.facts);
    const { online_message, offline_message } = now;
    if (this.open !== null && this.asked === null) {
      const said = { text: offline_message, body: now.offline_body ?? [] };
      this.show(id, { kind: "message", ...said, next: card.offline_flow });
      return card.offline_flow;
    }
    const [conversation, request] = [this.record.newId(), this.record.newId()];
    const names = { request_id: request, conversation_id: conversation };
    const at = this.record.at();
    const said = { card_id: id, online_message, offline_message };
    this.record.visit({ type: "playbook.live_chat_requested.v1", at, ...names, ...said });
    if (!this.facts.online) {
      this.offline(id, conversation, request, "nobody_online", card);
      return null;
    }
    this.record.started(conversation, now);
    this.record.visit({ type: "playbook.live_chat_started.v1", at, ...names });
    this.asked = { id, card: now, conversation, request };
    this.open = conversation;
    return null;
  }

  private offline(
    id: string,
    conversation: string,
    request: string,
    reason: "nobody_online" | "wait_expired",
    card: LiveChatCard,
  ): void {
    this.record.visit({
      type: "playbook.offline_flow_started.v1",
      at: this.record.at(),
      request_id: request,
      conversation_id: conversation,
      reason,
      card_id: id,
    });
    // Whoever waited was told by the offline message.
    const note = reason === "nobody_online" ? saidOutside(card.outside_hours?.note, this.facts) : null;
    if (note !== null) this.show(id, { kind: "message", text: note, next: card.offline_flow });
    this.walk(card.offline_flow);
  }
}
