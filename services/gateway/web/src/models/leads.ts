import type { Outcome } from "../wire/types";
import { pathOf } from "./route";

const FIELDS = ["name", "email", "phone", "company"] as const;
/** The details of which every playbook and every panel knows what they are. */
export type KnownField = (typeof FIELDS)[number];

/** Something that was known of whom it is about: a field of ours, or one that a playbook named. */
export type Known = { field: KnownField; value: string } | { field: null; label: string; value: string };

/** All that was known when it was made: who it is first, then what a playbook asked beside that. */
export function knownOf({ person }: Pick<Outcome, "person">): Known[] {
  const told = new Map(person.map((detail) => [detail.field, detail]));
  const known: Known[] = [];
  for (const field of FIELDS) {
    const value = told.get(field)?.value.trim() ?? "";
    if (value !== "") known.push({ field, value });
    told.delete(field);
  }
  for (const { field, label, value } of told.values())
    if (value.trim() !== "") known.push({ field: null, label: label || field, value: value.trim() });
  return known;
}

/** The name of whom it is about, where it was known. */
export function nameOf(known: readonly Known[]): string | null {
  return known.find(({ field }) => field === "name")?.value ?? null;
}

/** The address of its conversation; null where its visit met nobody. */
export function conversationPath(
  outcome: Pick<Outcome, "conversation_id" | "conversation_status">,
): string | null {
  const { conversation_id: id, conversation_status: status } = outcome;
  // An open one is in some folder; its own page finds it from any.
  return id === null ? null : pathOf(status === "closed" ? "closed" : "unassigned", id);
}
