import type { Playbook } from "../wire/types";
import { freshCondition, holds, type Of } from "./playbook-conditions";

/** Where all of its conditions hold, a visit gets its playbook. */
export type PageRule = NonNullable<Playbook["rules"]>[number];

export const PAGE_RULES_MAX = 20;
export const PAGE_CONDITIONS_MAX = 5;
/** What a rule can be about: what is known before a visit has begun. */
export const PAGE_OFS: readonly Of[] = ["page", "utm", "locale"];

/** A rule to begin with: it can be saved as it is. */
export function freshRule(playbookId: string): PageRule {
  return { when: [freshCondition("page")] as PageRule["when"], playbook_id: playbookId };
}

/**
 * The playbook that a visit gets on a page, as the services choose it: by the first rule that holds and whose playbook
 * takes visits, or else the snippet's own, as by rule 0.
 */
export function gotBy(
  rules: readonly PageRule[],
  there: { page: string; locale: string },
  takesVisits: (playbookId: string) => boolean,
): number {
  const facts = { ...there, online: false, open: true, opens: null, returning: false };
  const found = rules.findIndex(
    (rule) => rule.when.every((one) => holds(one, facts, new Map())) && takesVisits(rule.playbook_id),
  );
  return found + 1;
}

/** The list with one of it in another place. */
export function moved<T>(all: readonly T[], from: number, to: number): T[] {
  const rest = all.filter((_, place) => place !== from);
  return [...rest.slice(0, to), all[from] as T, ...rest.slice(to)];
}
