import type { Kind, Notice } from "./notices";

/** What an agent was told of and has not looked at yet, by conversation: the last notice of each. */
export type Unheeded = ReadonlyMap<string, { readonly kind: Kind; readonly at: string }>;

/** Of a conversation's row, what tells whether its notices still matter. */
export interface NoticedRow {
  readonly conversation_id: string;
  readonly gone?: boolean;
  readonly status?: string;
  readonly holder_id?: string | null;
  readonly unread?: number;
  readonly changed_at?: string;
  readonly last_message_at?: string | null;
}

export const NOTHING: Unheeded = new Map();

export function noticed(state: Unheeded, notice: Pick<Notice, "conversation_id" | "kind" | "at">): Unheeded {
  const known = state.get(notice.conversation_id);
  if (known !== undefined && Date.parse(known.at) > Date.parse(notice.at)) return state;
  return new Map(state).set(notice.conversation_id, { kind: notice.kind, at: notice.at });
}

/**
 * What a list tells of one's own conversation: unread messages count as if their notice had come with this row, so that
 * an older row, which is still of whoever held it before, takes nothing back.
 */
export function unread(state: Unheeded, row: NoticedRow): Unheeded {
  if (row.status === "closed" || !row.unread || state.has(row.conversation_id)) return state;
  const at = row.changed_at ?? row.last_message_at ?? undefined;
  if (at === undefined) return state;
  return noticed(state, { conversation_id: row.conversation_id, kind: "new_message", at });
}

/** The agent has looked at the conversation, in whichever tab. */
export function heeded(state: Unheeded, conversationId: string): Unheeded {
  if (!state.has(conversationId)) return state;
  const rest = new Map(state);
  rest.delete(conversationId);
  return rest;
}

/** What is left once a row has come: what was taken, closed, or read needs nobody any more. */
export function rowChanged(state: Unheeded, row: NoticedRow, agentId: string): Unheeded {
  const known = state.get(row.conversation_id);
  return known !== undefined && isSettled(known, row, agentId) ? heeded(state, row.conversation_id) : state;
}

/** Whether the row tells that this notice needs nobody any more. */
export function isSettled(known: Pick<Notice, "kind" | "at">, row: NoticedRow, agentId: string): boolean {
  if (row.gone === true || row.status === "closed") return true;
  // A row from before the notice tells nothing of it.
  if (row.changed_at === undefined || Date.parse(row.changed_at) < Date.parse(known.at)) return false;
  const holder = row.holder_id ?? null;
  if (known.kind === "new_conversation") return holder !== null;
  return holder !== agentId || (known.kind === "new_message" && row.unread === 0);
}

/** The conversations that were unheeded before and are no longer. */
export function settled(before: Unheeded, after: Unheeded): string[] {
  return [...before.keys()].filter((id) => !after.has(id));
}

/** The title of a tab, with the count before it; a count that stood there before is replaced. */
export function titled(title: string, count: number): string {
  const plain = title.replace(/^\(\d+\+?\) /, "");
  if (count <= 0) return plain;
  return `(${count > 99 ? "99+" : count}) ${plain}`;
}
