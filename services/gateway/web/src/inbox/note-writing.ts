import { effect, signal } from "@preact/signals";

/** The conversation whose notes were changed here last, anew each time. */
const changed = signal<{ conversationId: string } | null>(null);

/** Tells the other parts of the page, for no socket tells of notes. */
export function noteChanged(conversationId: string): void {
  changed.value = { conversationId };
}

/** Hears of notes of this conversation that were changed here from now on; gives what ends it. */
export function onNoteChanged(conversationId: string, listener: () => void): () => void {
  const before = changed.peek();
  return effect(() => {
    const now = changed.value;
    if (now !== before && now?.conversationId === conversationId) listener();
  });
}
