/** What can be done from the keyboard anywhere in the inbox. */
export const COMMANDS = [
  "palette",
  "next",
  "previous",
  "take",
  "reply",
  "note",
  "close",
  "search",
  "help",
] as const;
export type Command = (typeof COMMANDS)[number];

/** The keys of each command, as they are written on the keyboard. */
export const KEYS: Readonly<Record<Command, string>> = {
  palette: "Ctrl+K",
  next: "J",
  previous: "K",
  take: "A",
  reply: "R",
  note: "N",
  close: "E",
  search: "/",
  help: "?",
};

const SINGLE = new Map(
  COMMANDS.filter((one) => one !== "palette").map((one) => [KEYS[one].toLowerCase(), one] as const),
);

/** A press, and where. */
export interface Press {
  readonly key: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  /** In a field, letters are text. */
  readonly inField: boolean;
  /** A dialog or a menu has the keys to itself. */
  readonly inDialog: boolean;
  /** Whether single keys are switched on. */
  readonly single: boolean;
}

/** The command of a press; null where the key means what it always means. */
export function commandOf(press: Press): Command | null {
  if (press.inDialog) return null;
  const ctrl = press.ctrl !== press.meta && !press.alt && !press.shift;
  if (ctrl) return press.key.toLowerCase() === "k" ? "palette" : null;
  if (press.ctrl || press.meta || press.alt || press.inField || !press.single) return null;
  const command = SINGLE.get(press.key.toLowerCase()) ?? null;
  // Signs need a shift on some keyboards; a letter with one is a capital and no command.
  return press.shift && /[a-z]/i.test(press.key) ? null : command;
}

/** Whether a press asks for what is open to be saved; wherever one is, the browser is not to save the page instead. */
export function asksToSave(press: Pick<Press, "key" | "ctrl" | "meta" | "alt" | "shift">): boolean {
  return press.key.toLowerCase() === "s" && press.ctrl !== press.meta && !press.alt && !press.shift;
}

/** How well a text answers what was typed: its words begin with those that were typed. Less is better; null: not. */
export function rank(typed: string, text: string): number | null {
  const wanted = folded(typed).split(/\s+/).filter(Boolean);
  const whole = folded(text);
  const words = whole.split(/[\s›:,]+/);
  if (!wanted.every((one) => words.some((word) => word.startsWith(one)) || whole.includes(one))) return null;
  const [first] = wanted;
  if (first === undefined || whole.startsWith(first)) return 0;
  return words.some((word) => word.startsWith(first)) ? 1 : 2;
}

/** Those that answer what was typed, the best first and else in their order. */
export function ranked<T>(typed: string, all: readonly T[], textOf: (one: T) => string): T[] {
  return all
    .map((one) => ({ one, at: rank(typed, textOf(one)) }))
    .filter((it): it is { one: T; at: number } => it.at !== null)
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

/** Without capitals and accents. */
function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
