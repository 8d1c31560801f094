import type { Format } from "../i18n/format";
import type { Problem } from "../wire/problem";
import { type Key, type T, textsOf } from "./texts/dictionary";

const KNOWN: ReadonlySet<string> = new Set(Object.keys(textsOf("en")));

/** Codes that say the same to people as another one: what only a broken page can ask, or what a server is at a loss with. */
const AS: Readonly<Record<string, string>> = {
  fenced: "unavailable",
  body_too_large: "too_large",
  event_too_large: "too_large",
  details_changed: "changed_meanwhile",
  hours_changed: "changed_meanwhile",
  playbook_changed: "changed_meanwhile",
  known_later: "not_mergeable",
  person_merged: "not_mergeable",
  same_person: "not_mergeable",
  bad_attachment: "invalid",
  bad_body: "invalid",
  bad_cursor: "invalid",
  bad_endpoint: "invalid",
  bad_idempotency_key: "invalid",
  bad_name: "invalid",
  bad_text: "invalid",
  idempotency_key_reused: "invalid",
  method_not_allowed: "invalid",
  not_json: "invalid",
  not_there_yet: "invalid",
  not_utf8: "invalid",
  too_deep: "invalid",
};

/**
 * A refusal in the reader's language. What is newer than these pages is told in the words of the service, which are English;
 * of what fails at the server, they are for those who run it.
 */
export function problemText(problem: Problem, t: T, format: Format): string {
  const { code, facts, detail, status } = problem;
  if (code === "held_by_another" && typeof facts.holder_name !== "string") return t("problem.held_by_nobody");
  const key = `problem.${AS[code] ?? code}`;
  if (KNOWN.has(key)) {
    const wait = format.duration(Number(facts.retry_after_s ?? 0));
    return t(key as Key, { name: String(facts.holder_name ?? ""), wait });
  }
  if (status >= 500) return t("problem.unexpected");
  return detail === "" ? t("problem.other", { code }) : detail;
}
