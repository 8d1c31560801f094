import type { CaptureCard, Flow } from "../wire/types";
import { UNWRITTEN } from "./playbook-edit";

export const OPTIONS_MAX = 12;
const OPTION_CHARS_MAX = 120;

/** The card asking for another field. Only a free one has a key, a label, a type and options. */
export function withField(card: CaptureCard, field: CaptureCard["field"], key: string): CaptureCard {
  if (field === card.field) return card;
  const { text, retry_text, next } = card;
  const asks: CaptureCard = { kind: "capture", text, field, type: "text", retry_text, next };
  return field === "free" ? { ...asks, key, label: UNWRITTEN, options: [] } : asks;
}

/** A key that no free field of the flow has. */
export function freeKey(flow: Flow): string {
  const taken = new Set(
    Object.values(flow.cards).flatMap((card) => (card.kind === "capture" && card.key ? [card.key] : [])),
  );
  for (let number = 1; ; number += 1) if (!taken.has(`field_${number}`)) return `field_${number}`;
}

/** One option on each line; at least one, which is to be written. A line that is being begun is one already. */
export function withOptions(card: CaptureCard, text: string): CaptureCard {
  const lines = text.split("\n").slice(0, OPTIONS_MAX);
  return { ...card, options: lines.map((line) => line.slice(0, OPTION_CHARS_MAX) || UNWRITTEN) };
}
