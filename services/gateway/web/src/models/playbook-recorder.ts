import type {
  CaptureCard,
  EndCard,
  LiveChatCard,
  MessageCard,
  Option,
  QuestionCard,
  StreamEvent,
} from "../wire/types";

/** A card that visitors read. */
export type Shown = QuestionCard | CaptureCard | MessageCard | EndCard;

/** A frame of an event, as the socket tells it. */
export interface Frame {
  readonly type: "event";
  readonly stream: string;
  readonly version: number;
  readonly event: StreamEvent;
}

type Body = NonNullable<MessageCard["body"]>;

/** A text of the bot's; one with a form has it in `body`. */
export interface Told {
  text: string;
  body: Body;
}

/** A line of the walk, as it comes into a conversation. */
export interface SaidLine extends Told {
  by: "bot" | "visitor";
  cardId: string;
}

/** Keeps the frames of one previewed visit and its conversations, each stream with its versions. */
export class Recorder {
  readonly all: Frame[] = [];
  readonly said: SaidLine[] = [];
  private readonly versions = new Map<string, number>();
  private told = 0;
  private ids = 0;

  constructor(private readonly now: () => number) {}

  taken(): Frame[] {
    const frames = this.all.slice(this.told);
    this.told = this.all.length;
    return frames;
  }

  at(): string {
    return new Date(this.now()).toISOString();
  }

  /** An id of the right form that nothing has; it never leaves this page. */
  newId(): string {
    this.ids += 1;
    return `00000000-0000-4000-8000-${String(this.ids).padStart(12, "0")}`;
  }

  visit(event: StreamEvent): void {
    this.add("visit-preview", event);
    if (event.type === "playbook.answer_given.v1")
      this.said.push({ by: "visitor", text: event.label, body: [], cardId: event.card_id });
    if (event.type === "playbook.detail_captured.v1")
      this.said.push({ by: "visitor", text: event.value, body: [], cardId: event.card_id });
  }

  talk(conversation: string, event: StreamEvent): void {
    this.add(`conversation-${conversation}`, event);
  }

  line(text: string, messageId = this.newId()) {
    return { at: this.at(), message_id: messageId, text };
  }

  bot(
    conversation: string,
    { text, body }: Told,
    cardId: string | null = null,
    options: Option[] = [],
    field: string | null = null,
  ): void {
    const asked = { card_id: cardId, options, field, ...(body.length > 0 ? { body } : {}) };
    this.talk(conversation, { type: "conversation.bot_posted.v1", ...this.line(text), ...asked });
  }

  answered(conversation: string, text: string, cardId: string): void {
    const who = { author: "visitor", card_id: cardId } as const;
    this.talk(conversation, { type: "conversation.message_posted.v1", ...this.line(text), ...who });
  }

  /** A conversation with what was said before it, and the online message. */
  started(conversation: string, card: LiveChatCard): void {
    const { wait_time_s } = card;
    this.talk(conversation, {
      type: "conversation.conversation_started.v1",
      at: this.at(),
      conversation_id: conversation,
      wait_time_s,
      answer_by: new Date(this.now() + wait_time_s * 1_000).toISOString(),
    });
    for (const { by, text, body, cardId } of this.said) {
      if (by === "bot") this.bot(conversation, { text, body }, cardId);
      else this.answered(conversation, text, cardId);
    }
    this.bot(conversation, { text: card.online_message, body: card.online_body ?? [] });
  }

  private add(stream: string, event: StreamEvent): void {
    const version = (this.versions.get(stream) ?? 0) + 1;
    this.versions.set(stream, version);
    this.all.push({ type: "event", stream, version, event });
  }
}

/** What a card offers to be picked. */
export function optionsOf(card: Shown): { choice_id: string; label: string }[] {
  if (card.kind === "question") return card.choices.map(({ choice_id, label }) => ({ choice_id, label }));
  if (card.kind !== "capture") return [];
  return (card.options ?? []).map((label, at) => ({ choice_id: `option-${at + 1}`, label }));
}
