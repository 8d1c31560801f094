import type { Translate } from "../../i18n/texts";
import type { FlowProblem } from "../../wire/types";
import { type Key, texts } from "./texts";

const KNOWN: ReadonlySet<string> = new Set(Object.keys(texts.en));

/** A problem of the check in the reader's language where we know it, else in the words of the service. */
export function problemWords({ code, detail }: FlowProblem, say: Translate<Key>): string {
  const key = `problem.${code}`;
  return KNOWN.has(key) ? say(key as Key) : detail;
}
