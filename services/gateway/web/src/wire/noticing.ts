import type { Destination, Notice, Settings } from "../models/notices";

/** What a tab tells the worker. Every tab tells it every notice: whichever comes first is shown, and no other. */
export type ToWorker =
  | { readonly is: "notice"; readonly notice: unknown }
  | { readonly is: "close"; readonly tags: readonly string[] }
  | { readonly is: "test"; readonly title: string; readonly body: string }
  | { readonly is: "clear" };

/** What the worker tells a tab; `looking` is answered with a TabAnswer, `open` with anything, through the port. */
export type ToTab =
  | ({ readonly is: "looking" } & Pick<Notice, "conversation_id" | "kind" | "at">)
  | { readonly is: "ring" }
  | { readonly is: "open"; readonly to: Destination | null };

/** What an agent has said of notices in this browser. */
export interface Said {
  /** Who it was; null in what was kept before that was written down. */
  readonly agent_id: string | null;
  /** The agent took this browser off, and wants no pushes here until they say otherwise. */
  readonly off: boolean;
  /** What was said to them once and is not said again by itself. */
  readonly dismissed: readonly string[];
}

/** What this browser keeps of notices, for its tabs and the worker together; what the agent said who came in last. */
export interface Kept extends Said {
  readonly ids: readonly string[];
  readonly settings: Settings | null;
  /** The device that this browser is to the server, as whom it was allowed. */
  readonly device: { readonly device_id: string; readonly label: string } | null;
  /** What those said who were here before, for when they come back; whoever left last is the last. */
  readonly others: readonly Said[];
  /** How far the server's clock was ahead of this machine's, as a tab last read it: deadlines are the server's. */
  readonly ahead_ms: number;
}

export const NOTHING_KEPT: Kept = {
  agent_id: null,
  off: false,
  dismissed: [],
  ids: [],
  settings: null,
  device: null,
  others: [],
  ahead_ms: 0,
};

/** Of so many agents beside the present one a browser knows what they said. */
const OTHERS_MAX = 20;

/** The same with this agent at the browser. What nobody's name stands at is theirs who is here first. */
export function withAgent(kept: Kept, agent_id: string): Kept {
  const { agent_id: before, off, dismissed } = kept;
  if (before === agent_id) return kept;
  if (before === null) return { ...kept, agent_id };
  const said = kept.others.find((one) => one.agent_id === agent_id) ?? { off: false, dismissed: [] };
  const left = kept.others.filter((one) => one.agent_id !== agent_id);
  const others = [...left, { agent_id: before, off, dismissed }].slice(-OTHERS_MAX);
  return { ...kept, off: said.off, dismissed: said.dismissed, agent_id, others };
}

/** Where it is kept. A change is made at once as a whole: two at the same time see each other. */
export interface Keeping {
  read: () => Promise<Kept>;
  change: <T>(how: (kept: Kept) => readonly [Kept, T]) => Promise<T>;
}
