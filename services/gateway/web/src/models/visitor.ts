import type { Attachment, MessageCard, Option, StreamEvent } from "../wire/types";

/** A text that has a form: paragraphs, lists and pictures. */
export type Body = NonNullable<MessageCard["body"]>;

/** Something that is shown, as it stands in its stream. A note is said by nobody. */
export interface Line {
  version: number;
  at: string;
  by: "bot" | "visitor" | "agent" | "note";
  text: string;
  /** The same text with its form, where it has one. */
  body?: Body | undefined;
  /** Of the agent; in a note, whom it is about. */
  name?: string | undefined;
  note?: "joined" | "passed" | "released" | "missed";
  messageId?: string;
  attachment?: Attachment | undefined;
}

export type Shown = Extract<StreamEvent, { type: "playbook.card_shown.v1" }>;

/** A card that waits for the visitor. */
export interface Asking {
  cardId: string;
  arrival: number;
  kind: "question" | "capture";
  options: readonly Option[];
  /** The card as it was shown, with what it asks for. */
  shown: Shown;
}

export type Privacy = NonNullable<Extract<StreamEvent, { type: "playbook.visit_started.v1" }>["privacy"]>;

/** The walk through the playbook; all of it, be there a conversation or not. */
export interface Walk {
  lines: readonly Line[];
  asking: Asking | null;
  /** A person was asked for, and no decision has come. */
  looking: boolean;
  takenOver: boolean;
  over: boolean;
  /** What is told of personal data; nothing any more once the visitor has agreed to it. */
  privacy?: Privacy | null | undefined;
}

/** One conversation of the visit. */
export interface Chat {
  id: string;
  startedAt: string | null;
  lines: readonly Line[];
  agent: string | null;
  /** An agent has come at some time: the bot is silent. */
  taken: boolean;
  /** Until when the visitor waits; null where they wait no more. */
  answerBy: string | null;
  /** What is told, with a contact form, where nobody came after an agent who left. */
  missedText: string | null;
  /** The card that was said here last and has no answer here yet. */
  askedCard: string | null;
  closed: "resolved" | "missed" | "visitor_ended" | null;
  seenByAgent: number;
  seenByVisitor: number;
}

/** What all frames of a visit come to. */
export interface Visit {
  versions: Readonly<Record<string, number>>;
  walk: Walk;
  chats: Readonly<Record<string, Chat>>;
}

export const NOTHING: Visit = {
  versions: {},
  walk: { lines: [], asking: null, looking: false, takenOver: false, over: false },
  chats: {},
};

/** The visit after an event; the same one where the event is known, null where one before it is missing. */
export function apply(
  visit: Visit,
  stream: string,
  version: number,
  event: StreamEvent | null,
): Visit | null {
  const last = visit.versions[stream] ?? 0;
  if (version <= last) return visit;
  if (version > last + 1) return null;
  const now = { ...visit, versions: { ...visit.versions, [stream]: version } };
  if (event === null) return now;
  if (stream.startsWith("visit-"))
    return { ...now, walk: { ...now.walk, ...walked(now.walk, version, event) } };
  const chat = now.chats[stream] ?? { ...EMPTY, id: stream.slice("conversation-".length) };
  return { ...now, chats: { ...now.chats, [stream]: { ...chat, ...talked(chat, version, event) } } };
}

const EMPTY: Chat = {
  id: "",
  startedAt: null,
  lines: [],
  agent: null,
  taken: false,
  answerBy: null,
  missedText: null,
  askedCard: null,
  closed: null,
  seenByAgent: 0,
  seenByVisitor: 0,
};

function walked(walk: Walk, version: number, event: StreamEvent): Partial<Walk> {
  const line = { version, at: event.at ?? "" };
  switch (event.type) {
    case "playbook.card_shown.v1": {
      const { text, body, kind } = event;
      const asking = kind === "question" || kind === "capture" ? askingOf(event, kind) : null;
      return { lines: [...walk.lines, { ...line, by: "bot", text, body }], asking };
    }
    case "playbook.visit_started.v1":
      return { privacy: event.privacy };
    case "playbook.consent_given.v1":
      return { privacy: null };
    case "playbook.answer_given.v1":
      return { lines: [...walk.lines, { ...line, by: "visitor", text: event.label }], asking: null };
    case "playbook.detail_captured.v1":
      return { lines: [...walk.lines, { ...line, by: "visitor", text: event.value }], asking: null };
    case "playbook.live_chat_requested.v1":
      return { asking: null, looking: true };
    case "playbook.live_chat_started.v1":
    case "playbook.offline_flow_started.v1":
    case "playbook.live_chat_dropped.v1":
      return { looking: false };
    case "playbook.visit_taken_over.v1":
      return { asking: null, looking: false, takenOver: true };
    case "playbook.visit_ended.v1":
      return { asking: null, looking: false, over: true };
    default:
      return {};
  }
}

function askingOf(shown: Shown, kind: Asking["kind"]): Asking {
  const { card_id, arrival, options = [] } = shown;
  return { cardId: card_id, arrival, kind, options, shown };
}

function talked(chat: Chat, version: number, event: StreamEvent): Partial<Chat> {
  const at = event.at ?? "";
  const note = (kind: NonNullable<Line["note"]>, name?: string, text = ""): Pick<Chat, "lines"> => ({
    lines: [...chat.lines, { version, at, by: "note", note: kind, name, text }],
  });
  switch (event.type) {
    case "conversation.conversation_started.v1":
      return { startedAt: at, answerBy: event.answer_by };
    case "conversation.bot_posted.v1": {
      const { message_id: messageId, text, body, card_id = null, options = [], field } = event;
      const asks = options.length > 0 || field;
      const lines: Line[] = [...chat.lines, { version, at, by: "bot", text, body, messageId }];
      return { lines, askedCard: asks ? card_id : chat.askedCard };
    }
    case "conversation.message_posted.v1": {
      const { message_id: messageId, author: by, author_name, text, card_id, attachment } = event;
      const name = author_name ?? undefined;
      const line = { version, at, by, name, text, messageId, attachment: attachment ?? undefined };
      const answered = card_id && card_id === chat.askedCard;
      return { lines: [...chat.lines, line], askedCard: answered ? null : chat.askedCard };
    }
    case "conversation.assigned.v1":
      return { ...note("joined", event.agent_name), ...HELD, agent: event.agent_name };
    case "conversation.reassigned.v1":
      return { ...note("passed", event.agent_name), ...HELD, agent: event.agent_name };
    case "conversation.released.v1":
      return { ...note("released", chat.agent ?? ""), agent: null, answerBy: event.answer_by };
    case "conversation.wait_expired.v1": {
      const missedText = event.offline_message ?? null;
      return { ...(missedText ? note("missed", "", missedText) : {}), answerBy: null, missedText };
    }
    case "conversation.messages_read.v1":
      return event.reader === "agent"
        ? { seenByAgent: Math.max(chat.seenByAgent, event.up_to) }
        : { seenByVisitor: Math.max(chat.seenByVisitor, event.up_to) };
    case "conversation.closed.v1":
      return { closed: event.reason, answerBy: null, missedText: null };
    default:
      return {};
  }
}

/** An agent holds it: nobody waits any more. */
const HELD = { taken: true, answerBy: null, missedText: null };
