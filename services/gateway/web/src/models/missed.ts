import type { InboxRow } from "../wire/types";
import { type Kind, keyOf, type Notice, tagOf } from "./notices";
import { heeded, rowChanged, type Unheeded } from "./unheeded";

/** What happened so shortly before the last sign of the server may still have been on its way. */
export const SILENCE_MS = 30_000;
/** So long an assignment is worth a notice, as the service judges it; to who was away, so long after their return. */
const COUNTS_FOR_MS = 3_600_000;

/** How an agent stands who is back after a cut; times are the server's. */
export interface Back {
  readonly agentId: string;
  readonly online: boolean;
  /** The kinds that the agent has switched off. */
  readonly off: readonly Kind[];
  /** Since when this tab hears anything at all. */
  readonly begunAt: number;
  readonly cutAt: number;
  readonly now: number;
}

/** The notices of conversations that began, waited anew, or were given to the agent while nothing reached this tab. */
export function missed(rows: readonly InboxRow[], back: Back): Notice[] {
  const found = rows.flatMap((row) => fresh(row, back) ?? given(row, back) ?? []);
  const worth = found.filter((one) => !back.off.includes(one.kind) && Date.parse(one.expires_at) > back.now);
  return worth.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

type Ending = Notice & { readonly expires_at: string };

function fresh(row: InboxRow, { online, cutAt }: Back): Ending | null {
  const at = row.waiting_since ?? row.started_at;
  if (row.status !== "open" || row.holder_id !== null || row.missed) return null;
  if (!online || Date.parse(at) < cutAt - SILENCE_MS) return null;
  return notice("new_conversation", row, at, row.answer_by);
}

function given(row: InboxRow, { agentId, begunAt, cutAt, now }: Back): Ending | null {
  const { assigned_at: at, assigned_by: by } = row;
  if (row.status !== "open" || row.holder_id !== agentId || !at || !by || by === agentId) return null;
  // Who has written in it since, on another device, knows of it.
  if (row.last_by === "agent" && Date.parse(row.last_message_at ?? at) > Date.parse(at)) return null;
  if (Date.parse(at) < begunAt) return null;
  const countsFrom = Date.parse(at) >= cutAt - SILENCE_MS ? Math.max(now, Date.parse(at)) : Date.parse(at);
  return notice("assigned_to_you", row, at, new Date(countsFrom + COUNTS_FOR_MS).toISOString());
}

function notice(kind: Kind, { conversation_id }: InboxRow, at: string, expires_at: string): Ending {
  const about = { kind, conversation_id, at };
  return { ...about, id: keyOf(about), tag: tagOf(conversation_id), renotify: true, text: null, expires_at };
}

/**
 * What is left of what was unheeded `before` a cut, now that all conversations are known that wait or are the agent's:
 * any other needs nobody any more. What has come since is left as it is.
 */
export function stillUnheeded(
  state: Unheeded,
  before: Unheeded,
  rows: readonly InboxRow[],
  agentId: string,
): Unheeded {
  const known = new Map(rows.map((row) => [row.conversation_id, row]));
  let after = state;
  for (const [id, one] of before) {
    const row = known.get(id);
    if (row !== undefined) after = rowChanged(after, row, agentId);
    else if (state.get(id) === one) after = heeded(after, id);
  }
  return after;
}
