import { expect, test } from "vitest";
import api from "../../../../../docs/api.md?raw";
import { formatOf } from "../../src/i18n/format";
import { LANGUAGES, translator } from "../../src/i18n/texts";
import { problemText } from "../../src/inbox/problem-text";
import { textsOf } from "../../src/inbox/texts/dictionary";
import { Problem } from "../../src/wire/problem";

/** The codes that stand in a line, each between backticks. */
const codesIn = (text = "") => [...text.matchAll(/`(\w+)`/g)].map((found) => String(found[1]));

/** Those of every route, and those of each route that an agent may call; visits are begun by visitors. */
function codes(): string[] {
  const general = codesIn(api.match(/may answer the general ones:([^.]*)\./)?.[1]);
  const routes = api.split(/^(?=#{2,4} )/m).filter((part) => part.startsWith("#### "));
  const visitors = api.match(/^## For visitors$[\s\S]*?(?=^## )/m)?.[0] ?? "";
  const own = routes
    .filter((route) => !visitors.includes(route) && !route.startsWith("#### POST `/api/gateway/visits`"))
    .map((route) => codesIn(route.match(/^Refusals of its own:.*$/m)?.[0]));
  return [...new Set([general, ...own].flat())];
}

const told = (problem: Problem, language: (typeof LANGUAGES)[number]) =>
  problemText(problem, translator(language, textsOf(language)), formatOf(language, "UTC"));

test("whatever an agent's request may be refused with is told in their language", () => {
  expect(codes().length).toBeGreaterThan(70);
  for (const language of LANGUAGES) {
    const english = codes().filter((code) => told(new Problem(409, code, "Said."), language) === "Said.");
    expect(english).toEqual([]);
  }
});

test("what fails at the server is not told in its words, and what is newer than the pages is", () => {
  expect(told(new Problem(500, "of_tomorrow", "A relation is missing."), "pt-BR")).toBe(
    "Algo deu errado do nosso lado.",
  );
  expect(told(new Problem(409, "of_tomorrow", "Said."), "en")).toBe("Said.");
  expect(told(new Problem(409, "of_tomorrow", ""), "en")).toBe("That did not work (of_tomorrow).");
});
