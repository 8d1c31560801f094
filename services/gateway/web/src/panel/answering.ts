import type { Asking } from "../models/visitor";
import { Problem } from "../wire/problem";
import type { Store } from "./state";
import type { Visiting } from "./visiting";

/** Answers the card that waits: by a choice of the question, or with a detail. */
export async function answer(
  { store, visiting }: { store: Store; visiting: Visiting },
  { cardId: card_id, arrival }: Asking,
  text: string,
  choice: string | null,
): Promise<void> {
  const [to, body, same] = choice
    ? // The same choice once more, after a reload perhaps, is known by its key; another one has another.
      ["answers", { card_id, arrival, choice_id: choice }, `${arrival}-${choice}`]
    : ["details", { card_id, arrival, value: text }];
  try {
    await visiting.go(to, body, same);
  } catch (error) {
    const { code, facts } = error instanceof Problem ? error : { code: "", facts: {} as Problem["facts"] };
    const passed = code === "not_waiting_for_this_card" || code === "agent_took_over";
    const refused = code === "detail_not_valid" ? String(facts.retry_text) : "";
    store.set({ answer: passed ? null : { arrival, text, refused } });
  }
}
