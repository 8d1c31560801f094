import type { Panel } from "./panel";

const TYPING_MS = 6_000;

let typing: ReturnType<typeof setTimeout> | undefined;

/** What is told of a chat beside its events: whether the agent writes, and where the visitor stands in line. */
export function heard({ store }: Pick<Panel, "store">, frame: Record<string, unknown>): void {
  if (frame.type === "typing" && frame.by === "agent") {
    clearTimeout(typing);
    store.set({ typing: frame.typing === true });
    typing = setTimeout(() => store.set({ typing: false }), TYPING_MS);
  } else if (frame.type === "queue") {
    store.set({ place: { chat: String(frame.conversation_id), position: Number(frame.position) } });
  }
}
