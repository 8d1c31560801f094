import { expect, test } from "vitest";
import { signs, type Typists, typed, typingNow } from "../../src/models/typing";

const nobody: Typists = new Map();

test("somebody writes for six seconds after the last sign, or until they stop", () => {
  const writing = typed(nobody, "visitor", true, 1_000);
  expect(typingNow(writing, 6_999)).toEqual(["visitor"]);
  expect(typingNow(writing, 7_000)).toEqual([]);
  expect(typingNow(typed(writing, "visitor", true, 5_000), 10_999)).toEqual(["visitor"]);
  expect(typingNow(typed(writing, "visitor", false, 2_000), 2_000)).toEqual([]);
});

test("own signs go out now and then, and an end only after a begin", () => {
  expect(signs(null, true, 0)).toBe(true);
  expect(signs(0, true, 2_999)).toBe(false);
  expect(signs(0, true, 3_000)).toBe(true);
  expect(signs(0, false, 10)).toBe(true);
  expect(signs(null, false, 10)).toBe(false);
});
