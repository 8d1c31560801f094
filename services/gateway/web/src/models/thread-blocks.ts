import type { Item, Line, Message } from "./thread";

/** Messages of one person within so long of each other stand together. */
const TOGETHER_MS = 5 * 60_000;

/** A note of an agent, which visitors never see. */
export interface PrivateNote {
  readonly noteId: string;
  readonly at: string;
  readonly by: string;
  readonly byName: string;
  readonly text: string;
}

export type Block =
  | { readonly kind: "day"; readonly key: string; readonly at: string }
  | { readonly kind: "line"; readonly key: string; readonly line: Line }
  | { readonly kind: "note"; readonly key: string; readonly note: PrivateNote }
  | { readonly kind: "group"; readonly key: string; readonly messages: readonly Message[] };

type Placed = { at: string; item: Item } | { at: string; note: PrivateNote };

/**
 * What a thread shows, top down: a separator where a day begins (`dayOf` names it), messages of one person together,
 * notes in their place by time.
 */
export function blocksOf(
  items: readonly Item[],
  notes: readonly PrivateNote[],
  dayOf: (at: string) => string,
): Block[] {
  const blocks: Block[] = [];
  let day = "";
  for (const placed of woven(items, notes)) {
    const its = dayOf(placed.at);
    if (its !== day) blocks.push({ kind: "day", key: `day-${its}`, at: placed.at });
    day = its;
    if ("note" in placed) blocks.push({ kind: "note", key: placed.note.noteId, note: placed.note });
    else if (placed.item.kind === "line") {
      blocks.push({ kind: "line", key: `line-${placed.item.version}`, line: placed.item });
    } else place(blocks, placed.item);
  }
  return blocks;
}

/** The items keep the order of their versions, whatever their times say; a note stands before the first later item. */
function woven(items: readonly Item[], notes: readonly PrivateNote[]): Placed[] {
  const left = [...notes].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const all: Placed[] = [];
  for (const item of items) {
    while (left[0] !== undefined && Date.parse(left[0].at) < Date.parse(item.at)) {
      const [note] = left.splice(0, 1);
      if (note !== undefined) all.push({ at: note.at, note });
    }
    all.push({ at: item.at, item });
  }
  return [...all, ...left.map((note) => ({ at: note.at, note }))];
}

function place(blocks: Block[], message: Message): void {
  const last = blocks.at(-1);
  const before = last?.kind === "group" ? last.messages.at(-1) : undefined;
  if (last?.kind === "group" && before !== undefined && belongs(before, message)) {
    blocks[blocks.length - 1] = { ...last, messages: [...last.messages, message] };
  } else blocks.push({ kind: "group", key: message.messageId, messages: [message] });
}

function belongs(before: Message, message: Message): boolean {
  return (
    before.author === message.author &&
    before.authorId === message.authorId &&
    Date.parse(message.at) - Date.parse(before.at) < TOGETHER_MS
  );
}
