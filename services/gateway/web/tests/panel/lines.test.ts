import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Line } from "../../src/models/visitor";
import { Says, Time } from "../../src/panel/lines";
import type { Panel } from "../../src/panel/panel";

const page = { lang: "en" };
const line = { by: "bot", text: "Olá", at: "2026-03-04T10:00:00Z" } as Line;
const shown = { lines: [line], bot: "Bot", panel: { talk: null } as Panel };

beforeEach(() => {
  vi.stubGlobal("document", { documentElement: page });
  vi.stubGlobal("navigator", { language: "en-GB" });
});

afterEach(() => vi.unstubAllGlobals());

/** The day and the time, as a title tells them. */
const told = () => String((Time({ at: line.at }).props as { title?: string }).title);

test("times are told in the language that the panel speaks now", () => {
  page.lang = "en";
  expect(told()).toContain("4 March 2026");
  page.lang = "pt-BR";
  expect(told()).toContain("4 de março de 2026");
  page.lang = "en";
  expect(told()).toContain("4 March 2026");
});

test("a line that stays the same is drawn again in another language, and else is not", () => {
  page.lang = "en";
  const [first] = Says(shown);

  expect(Says(shown)[0]).toBe(first);
  page.lang = "pt-BR";
  expect(Says(shown)[0]).not.toBe(first);
});
