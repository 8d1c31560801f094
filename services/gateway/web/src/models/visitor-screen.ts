import type { Standing } from "./outgoing";
import type { Asking, Chat, Line, Privacy, Visit } from "./visitor";

/** What the panel shows of a visit. */
export interface Screen {
  lines: readonly Line[];
  /** The conversation, from its start on. */
  chat: Chat | null;
  /** The card to be answered now. */
  asking: Asking | null;
  /** What is told of personal data before a detail is given; where it asks for consent, nothing else is asked. */
  privacy: Privacy | null;
  /** The bot looks for somebody, and has not said yet whether anybody is there. */
  looking: boolean;
  /** Whether the visitor may write. */
  writes: boolean;
  over: "resolved" | "missed" | "visitor_ended" | "end_card" | null;
}

export function screenOf(visit: Visit): Screen {
  const { walk } = visit;
  const chat = chatOf(visit);
  const open = chat !== null && chat.closed === null;
  const asks = !walk.over && !walk.takenOver && (chat === null || asksIn(chat, walk.asking));
  const asking = asks ? walk.asking : null;
  const privacy = (asking?.kind === "capture" && walk.privacy) || null;
  return {
    lines: chat ? chat.lines : walk.lines,
    chat,
    asking: privacy?.asks ? null : asking,
    privacy,
    looking: walk.looking && chat === null,
    writes: open,
    over: chat ? chat.closed : walk.over ? "end_card" : null,
  };
}

/** The conversation that began last; one that was declined never began. */
function chatOf(visit: Visit): Chat | null {
  const begun = Object.values(visit.chats).filter((chat) => chat.startedAt !== null);
  const order = (chat: Chat) => `${chat.startedAt} ${chat.id}`;
  return begun.sort((one, other) => (order(one) < order(other) ? 1 : -1))[0] ?? null;
}

/** A card of the walk is answered in the conversation once it was said there, until an agent has come. */
function asksIn(chat: Chat, asking: Asking | null): boolean {
  return !chat.taken && chat.closed === null && chat.askedCard === asking?.cardId;
}

/** Nothing was said by the visitor, and nobody asked for. */
export function isBlank({ chat, looking, lines }: Screen): boolean {
  return !chat && !looking && lines.every((it) => it.by === "bot");
}

/** The visitor's own messages in the conversation. */
export function ownLines({ chat }: Screen): Standing[] {
  return (chat?.lines ?? []).flatMap(({ by, messageId, version, text }) =>
    by === "visitor" && messageId ? [{ messageId, version, text }] : [],
  );
}

/** How many lines of others the visitor has not seen; `seen` is what this screen has shown meanwhile. */
export function unreadOf({ chat }: Screen, seen: number): number {
  if (chat === null) return 0;
  const last = Math.max(seen, chat.seenByVisitor);
  return chat.lines.filter((line) => line.version > last && line.by !== "visitor").length;
}

/** The version up to which the visitor has read, once the screen was looked at; 0 where there is nothing new. */
export function readable({ chat }: Screen): number {
  if (chat === null || chat.closed !== null) return 0;
  const last = chat.lines.findLast((line) => line.by === "agent" || line.by === "bot")?.version ?? 0;
  return last > chat.seenByVisitor ? last : 0;
}

/** The own message below which “Seen” stands. */
export function lastSeen({ chat }: Screen): string | null {
  const own = chat?.lines.findLast((line) => line.by === "visitor");
  return own?.messageId && own.version <= (chat?.seenByAgent ?? 0) ? own.messageId : null;
}
