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

/** What this browser keeps of notices, for its tabs and the worker together. */
export interface Kept {
  readonly ids: readonly string[];
  readonly settings: Settings | null;
  /** The device that this browser is to the server, as whom it was allowed. */
  readonly device: { readonly device_id: string; readonly label: string } | null;
  /** The agent took this browser off, and wants no pushes here until they say otherwise. */
  readonly off: boolean;
  /** What was said once and is not said again by itself. */
  readonly dismissed: readonly string[];
  /** How far the server's clock was ahead of this machine's, as a tab last read it: deadlines are the server's. */
  readonly ahead_ms: number;
}

export const NOTHING_KEPT: Kept = {
  ids: [],
  settings: null,
  device: null,
  off: false,
  dismissed: [],
  ahead_ms: 0,
};

/** Where it is kept. A change is made at once as a whole: two at the same time see each other. */
export interface Keeping {
  read: () => Promise<Kept>;
  change: <T>(how: (kept: Kept) => readonly [Kept, T]) => Promise<T>;
}
