import type { Agent, AgentRow, InboxRow, Member } from "../wire/types";

/** What the screens know of the workspace's conversations and agents: read by GET, kept up to date by rows. */
export interface InboxState {
  readonly rows: ReadonlyMap<string, InboxRow>;
  readonly agents: ReadonlyMap<string, AgentRow>;
  /** Conversations that were erased: a GET that was on its way may still tell of them. */
  readonly gone: ReadonlySet<string>;
  readonly counts: Readonly<Record<string, number>>;
}

export const NOTHING: InboxState = { rows: new Map(), agents: new Map(), gone: new Set(), counts: {} };
/** What a GET tells of an agent has no generation: any row counts for more, if it is not older. */
const NO_GENERATION = -1;

type Told = Readonly<Record<string, unknown>>;
interface Stamp {
  readonly generation: number;
  readonly version: number;
}

/** The rows of a frame, each put in place of what it knows less of. */
export function withRows(state: InboxState, rows: readonly Told[]): InboxState {
  return rows.reduce<InboxState>(withRow, state);
}

function withRow(state: InboxState, row: Told): InboxState {
  if (row.kind === "agent") return withAgentRow(state, row);
  if (row.kind !== "conversation" || typeof row.conversation_id !== "string") return state;
  const id = row.conversation_id;
  if (row.gone === true) {
    const before = state.rows.get(id);
    const gone = new Set(state.gone).add(id);
    return {
      ...state,
      gone,
      rows: without(state.rows, id),
      counts: moved(state.counts, before?.folder, null),
    };
  }
  return withConversation(state, row as unknown as InboxRow, true);
}

function withAgentRow(state: InboxState, row: Told): InboxState {
  const id = String(row.agent_id);
  if (row.gone === true) return { ...state, agents: without(state.agents, id) };
  const told = row as unknown as AgentRow;
  const held = state.agents.get(id);
  if (held !== undefined && !isNewer(told, held)) return state;
  return { ...state, agents: new Map(state.agents).set(id, told) };
}

/** `counted`: it changes the counts; what a GET tells is in them already. */
function withConversation(state: InboxState, row: InboxRow, counted: boolean): InboxState {
  if (state.gone.has(row.conversation_id)) return state;
  const held = state.rows.get(row.conversation_id);
  if (held !== undefined && !isNewer(row, held)) return state;
  const rows = new Map(state.rows).set(row.conversation_id, row);
  // Where a row was not known, only a conversation that has just begun was certainly in no folder.
  const known = held !== undefined || row.version === 1;
  const counts = counted && known ? moved(state.counts, held?.folder, row.folder) : state.counts;
  return { ...state, rows, counts };
}

/** Whether what is told is newer than what is held. */
function isNewer(told: Stamp, held: Stamp): boolean {
  if (held.generation === NO_GENERATION) return told.version >= held.version;
  return told.generation !== held.generation
    ? told.generation > held.generation
    : told.version > held.version;
}

function moved(
  counts: InboxState["counts"],
  from: string | undefined,
  to: string | null,
): InboxState["counts"] {
  if (from === to) return counts;
  const next = { ...counts };
  if (from !== undefined) next[from] = Math.max(0, (next[from] ?? 0) - 1);
  if (to !== null) next[to] = (next[to] ?? 0) + 1;
  return next;
}

/** One page of a folder as a GET told it. */
export interface FolderPage {
  readonly folder: string;
  readonly items: readonly InboxRow[];
  /** Where the page begins: after this row, or with the newest. */
  readonly after: InboxRow | null;
  /** Whether older ones follow. */
  readonly more: boolean;
  /** It holds only those of the folder that were asked for: of the others it says nothing. */
  readonly partial?: boolean;
  /** What was known when rows were missed last: those that came since count for more, as a GET may know less than they. */
  readonly doubted: InboxState;
}

/**
 * Takes in a page. What stood in the same stretch of the folder and is not in the page has moved while nobody was
 * listening: where to, is told with the folder that it is in now.
 */
export function withPage(state: InboxState, page: FolderPage): InboxState {
  const there = new Set(page.items.map((row) => row.conversation_id));
  const stale = [...state.rows.values()].filter(
    (row) =>
      !page.partial &&
      row.folder === page.folder &&
      !there.has(row.conversation_id) &&
      page.doubted.rows.get(row.conversation_id) === row &&
      isWithin(row, page),
  );
  const rows = stale.reduce((all, row) => without(all, row.conversation_id), state.rows);
  return page.items.reduce((all, row) => withConversation(all, row, false), { ...state, rows });
}

function isWithin(row: InboxRow, page: FolderPage): boolean {
  const last = page.items.at(-1);
  const begun = page.after === null || isOlder(row, page.after);
  const ended = !page.more || last === undefined || !isOlder(row, last);
  return begun && ended;
}

/** In the order of a folder's pages, which is that of begin, newest first. */
function isOlder(one: InboxRow, other: InboxRow): boolean {
  const begin = Date.parse(one.started_at) - Date.parse(other.started_at);
  return begin !== 0 ? begin < 0 : one.conversation_id < other.conversation_id;
}

export function withCounts(state: InboxState, counts: InboxState["counts"]): InboxState {
  return { ...state, counts };
}

/**
 * Takes in the agents that a GET told. Of those that are not among them, the ones who were known before it (`doubted`)
 * have left; the others it could not know of yet, and they stay.
 */
export function withAgents(
  state: InboxState,
  agents: readonly Agent[],
  doubted: InboxState = NOTHING,
): InboxState {
  const there = new Set(agents.map((agent) => agent.agent_id));
  const stays = ([id, held]: [string, AgentRow]) => there.has(id) || doubted.agents.get(id) !== held;
  const all = new Map([...state.agents].filter(stays));
  for (const agent of agents) {
    const held = all.get(agent.agent_id);
    if (held !== undefined && held.version >= agent.version) continue;
    all.set(agent.agent_id, { kind: "agent", generation: NO_GENERATION, ...agent });
  }
  return { ...state, agents: all };
}

export type Colleague = Pick<AgentRow, "agent_id" | "name" | "online">;
export type Team = ReadonlyMap<string, Member>;

/** The agents by name, oneself left out; whoever was removed only as long as something of theirs is left. */
export function colleagues(state: InboxState, me: string, team: Team = new Map()): Colleague[] {
  const left = (id: string) => (state.counts[id] ?? 0) > 0;
  const agents: Colleague[] = [...state.agents.values()].filter(
    ({ agent_id: id }) => team.get(id)?.state !== "removed" || left(id),
  );
  const gone = [...team.values()].flatMap(({ agent_id, name, state: standing }) =>
    standing === "removed" && name !== null && left(agent_id) && !state.agents.has(agent_id)
      ? [{ agent_id, name, online: false }]
      : [],
  );
  return [...agents, ...gone]
    .filter((agent) => agent.agent_id !== me)
    .sort((one, other) => one.name.localeCompare(other.name) || one.agent_id.localeCompare(other.agent_id));
}

/** The id under which rows and counts name a folder of an address. */
export function folderId(folder: string, me: string): string {
  return folder === "mine" ? me : folder;
}

/** A folder's conversations in the order of its list: those who wait longest first, else the last that stirred. */
export function listed(state: InboxState, folder: string): InboxRow[] {
  const rows = [...state.rows.values()].filter((row) => row.folder === folder);
  if (folder === "unassigned") {
    return rows.sort(
      (one, other) => waitingSince(one) - waitingSince(other) || (isOlder(one, other) ? -1 : 1),
    );
  }
  // Closed ones are paged by their begin: another order would shuffle them as pages come.
  if (folder === "closed") return rows.sort((one, other) => (isOlder(one, other) ? 1 : -1));
  return rows.sort((one, other) => stirred(other) - stirred(one) || (isOlder(one, other) ? 1 : -1));
}

type Wait = Pick<InboxRow, "waiting_since" | "started_at" | "answer_by" | "missed">;

/** Since when the visitor waits: the begin, or when a removed holder let go of it. */
function waitingSince(row: Pick<Wait, "waiting_since" | "started_at">): number {
  return Date.parse(row.waiting_since ?? row.started_at);
}

/** How long the visitor has waited, and how much of the wait time is left; null once none is, or it was missed. */
export function waitOf(
  row: Wait,
  now: number,
): { readonly waited_s: number; readonly left_s: number | null } {
  const left_s = (Date.parse(row.answer_by) - now) / 1_000;
  const waited_s = Math.max(0, now - waitingSince(row)) / 1_000;
  return { waited_s, left_s: row.missed || left_s <= 0 ? null : left_s };
}

function stirred(row: InboxRow): number {
  return Date.parse(row.last_message_at ?? row.started_at);
}

function without<V>(all: ReadonlyMap<string, V>, id: string): ReadonlyMap<string, V> {
  if (!all.has(id)) return all;
  const rest = new Map(all);
  rest.delete(id);
  return rest;
}
