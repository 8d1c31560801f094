import type { Format } from "../i18n/format";
import type { Problem } from "../wire/problem";
import { type Key, type T, textsOf } from "./texts/dictionary";

const KNOWN: ReadonlySet<string> = new Set(Object.keys(textsOf("en")));

/** A refusal in the reader's language where we know it, else in the words of the service. */
export function problemText(problem: Problem, t: T, format: Format): string {
  const { code, facts, detail } = problem;
  if (code === "held_by_another" && typeof facts.holder_name !== "string") return t("problem.held_by_nobody");
  const key = `problem.${code}`;
  if (!KNOWN.has(key)) return detail === "" ? t("problem.other", { code }) : detail;
  const wait = format.duration(Number(facts.retry_after_s ?? 0));
  return t(key as Key, { name: String(facts.holder_name ?? ""), wait });
}
