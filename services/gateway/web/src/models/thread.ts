import type { Attachment, Captured, Option } from "../wire/types";

export type Author = "visitor" | "agent" | "bot";

/** Something that was said. */
export interface Message {
  readonly kind: "message";
  readonly version: number;
  readonly at: string;
  readonly messageId: string;
  readonly author: Author;
  readonly authorId: string | null;
  readonly authorName: string | null;
  readonly text: string;
  readonly attachment: Attachment | null;
  /** The bot's card that it is, or that it answers. */
  readonly cardId: string | null;
  readonly options: readonly Option[];
  /** The label that the visitor picked of a card's options. */
  readonly picked: string | null;
}

/** Something that happened. */
export interface Line {
  readonly kind: "line";
  readonly version: number;
  readonly at: string;
  readonly what:
    | "started"
    | "joined"
    | "joined_late"
    | "reassigned"
    | "wait_over"
    | "visitor_left"
    | "visitor_returned"
    | "answer_withheld"
    | "released"
    | "closed_resolved"
    | "closed_missed"
    | "closed_visitor_ended";
  /** The agent it is about. */
  readonly name: string | null;
}

export type Item = Message | Line;

/** A conversation as its events up to `version` tell it. */
export interface Thread {
  readonly version: number;
  readonly items: readonly Item[];
  readonly visitId: string | null;
  /** Whose bot spoke. */
  readonly playbookId: string | null;
  readonly startedAt: string | null;
  readonly captured: readonly Captured[];
  readonly status: "unknown" | "open" | "closed";
  readonly holder: { readonly id: string; readonly name: string } | null;
  readonly answerBy: string | null;
  readonly missed: boolean;
  readonly visitorLeft: boolean;
  /** Up to which version each side has seen it. */
  readonly readByVisitor: number;
  readonly readByAgent: number;
}

export const EMPTY: Thread = {
  version: 0,
  items: [],
  visitId: null,
  playbookId: null,
  startedAt: null,
  captured: [],
  status: "unknown",
  holder: null,
  answerBy: null,
  missed: false,
  visitorLeft: false,
  readByVisitor: 0,
  readByAgent: 0,
};

/** A version of the stream; null is not for this reader. What is in it, its `type` says. */
export interface Entry {
  readonly version: number;
  readonly event: Readonly<Record<string, unknown>> | null;
}

type Draft = { -readonly [K in keyof Thread]: Thread[K] } & { items: Item[] };
type Event = Readonly<Record<string, unknown>>;

/** Takes in what follows; what it knows already changes nothing, and so does what comes after a gap. */
export function applied(thread: Thread, entries: readonly Entry[]): Thread {
  const draft: Draft = { ...thread, items: [...thread.items] };
  for (const { version, event } of entries) {
    if (version !== draft.version + 1) continue;
    draft.version = version;
    if (event !== null) CHANGES[String(event.type)]?.(draft, event);
  }
  return draft.version === thread.version ? thread : draft;
}

const CHANGES: Readonly<Record<string, (draft: Draft, event: Event) => void>> = {
  "conversation.conversation_started.v1": (draft, event) => {
    draft.status = "open";
    draft.startedAt = text(event.at);
    draft.visitId = optional(event.visit_id);
    draft.playbookId = optional(event.playbook_id);
    draft.answerBy = optional(event.answer_by);
    draft.captured = Array.isArray(event.captured) ? (event.captured as Captured[]) : [];
    line(draft, event, "started");
  },
  "conversation.bot_posted.v1": (draft, event) => {
    const options = Array.isArray(event.options) ? (event.options as Option[]) : [];
    draft.items.push({ ...message(draft, event), author: "bot", options });
  },
  "conversation.message_posted.v1": (draft, event) => {
    const said = message(draft, event);
    draft.items.push(said);
    if (said.author === "visitor") {
      draft.visitorLeft = false;
      if (said.cardId !== null) pick(draft, said.cardId, said.text);
    }
  },
  "conversation.answer_withheld.v1": (draft, event) => line(draft, event, "answer_withheld"),
  "conversation.assigned.v1": (draft, event) => {
    hold(draft, event);
    line(draft, event, event.late === true ? "joined_late" : "joined", text(event.agent_name));
  },
  "conversation.reassigned.v1": (draft, event) => {
    hold(draft, event);
    line(draft, event, "reassigned", text(event.agent_name));
  },
  "conversation.wait_expired.v1": (draft, event) => {
    draft.missed = true;
    line(draft, event, "wait_over");
  },
  "conversation.messages_read.v1": (draft, event) => {
    const upTo = Number(event.up_to);
    if (event.reader === "visitor") draft.readByVisitor = Math.max(draft.readByVisitor, upTo);
    else draft.readByAgent = Math.max(draft.readByAgent, upTo);
  },
  "conversation.visitor_left.v1": (draft, event) => {
    draft.visitorLeft = true;
    line(draft, event, "visitor_left");
  },
  "conversation.visitor_returned.v1": (draft, event) => {
    draft.visitorLeft = false;
    line(draft, event, "visitor_returned");
  },
  "conversation.released.v1": (draft, event) => {
    line(draft, event, "released", draft.holder?.name ?? null);
    draft.holder = null;
    draft.missed = false;
    draft.answerBy = optional(event.answer_by);
  },
  "conversation.closed.v1": (draft, event) => {
    draft.status = "closed";
    const reason = event.reason === "missed" || event.reason === "visitor_ended" ? event.reason : "resolved";
    line(draft, event, `closed_${reason}`);
  },
};

function hold(draft: Draft, event: Event): void {
  draft.holder = { id: text(event.agent_id), name: text(event.agent_name) };
}

function line(draft: Draft, event: Event, what: Line["what"], name: string | null = null): void {
  draft.items.push({ kind: "line", version: draft.version, at: text(event.at), what, name });
}

function message(draft: Draft, event: Event): Message {
  return {
    kind: "message",
    version: draft.version,
    at: text(event.at),
    messageId: text(event.message_id),
    author: event.author === "agent" ? "agent" : "visitor",
    authorId: optional(event.author_id),
    authorName: optional(event.author_name),
    text: text(event.text),
    attachment: (event.attachment ?? null) as Attachment | null,
    cardId: optional(event.card_id),
    options: [],
    picked: null,
  };
}

/** The last showing of the card that has no answer yet. */
function pick(draft: Draft, cardId: string, label: string): void {
  const at = draft.items.findLastIndex(
    (item) => item.kind === "message" && item.author === "bot" && item.cardId === cardId,
  );
  const card = draft.items[at];
  if (card?.kind !== "message" || card.options.length === 0 || card.picked !== null) return;
  draft.items[at] = { ...card, picked: label };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function optional(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The last version that the visitor wrote and that no agent has read, or null where there is none. */
export function unreadUpTo(thread: Thread): number | null {
  const last = thread.items.findLast((item) => item.kind === "message" && item.author === "visitor");
  return last !== undefined && last.version > thread.readByAgent ? last.version : null;
}

/** The last message of an agent that the visitor has seen: the one that “Seen” stands under. */
export function lastSeen(thread: Thread): string | null {
  const seen = thread.items.findLast(
    (item) => item.kind === "message" && item.author === "agent" && item.version <= thread.readByVisitor,
  );
  return seen?.kind === "message" ? seen.messageId : null;
}

/** What the visitor is called, as the bot captured it before the conversation began. */
export function visitorName(thread: Thread): string | null {
  return thread.captured.find((one) => one.field === "name")?.value ?? null;
}

/** Own messages that stand in the conversation, as the outbox has to know them. */
export function ownStanding(thread: Thread, me: string): Message[] {
  return thread.items.flatMap((item) => (item.kind === "message" && item.authorId === me ? [item] : []));
}
