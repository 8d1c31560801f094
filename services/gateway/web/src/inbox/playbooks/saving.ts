import type { Difference } from "../../models/playbook-merge";
import { Problem } from "../../wire/problem";
import type { Playbook } from "../../wire/types";

export const SAVE_AFTER_MS = 600;
/** Others change other parts meanwhile: so often it is tried again on what is there by then. */
export const ATTEMPTS_MAX = 5;
/** What a refusal is called where somebody else changed the same. */
export const MEANWHILE = "changed_meanwhile";

/** Whether somebody has changed it since the version on which something was asked for. */
export function isStale(error: unknown): boolean {
  return error instanceof Problem && error.code === "playbook_changed";
}

/**
 * How far the draft's changes are: `changed` waits to be saved, `conflict` waits for a decision; `held`: all is saved but a
 * text that is more than the services take.
 */
export type Saving =
  | { readonly is: "saved" | "changed" | "saving" | "held" }
  | { readonly is: "failed"; readonly problem: Problem }
  | {
      readonly is: "conflict";
      readonly theirs: Playbook;
      /** What they did, and which cards both have changed. */
      readonly did: Difference;
      readonly cards: readonly string[];
    };
