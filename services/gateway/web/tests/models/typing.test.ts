import { expect, test } from "vitest";
import { signIn, type Typists, typed, typingNow } from "../../src/models/typing";

const nobody: Typists = new Map();

test("somebody writes for six seconds after the last sign, or until they stop", () => {
  const writing = typed(nobody, "visitor", true, 1_000);
  expect(typingNow(writing, 6_999)).toEqual(["visitor"]);
  expect(typingNow(writing, 7_000)).toEqual([]);
  expect(typingNow(typed(writing, "visitor", true, 5_000), 10_999)).toEqual(["visitor"]);
  expect(typingNow(typed(writing, "visitor", false, 2_000), 2_000)).toEqual([]);
});

test("own signs go out now and then, and an end only after a begin", () => {
  expect(signIn(null, true, 0)).toBe(0);
  expect(signIn(null, false, 10)).toBeNull();
  expect(signIn({ typing: true, at: 0 }, true, 2_999)).toBeNull();
  expect(signIn({ typing: true, at: 0 }, true, 3_000)).toBe(0);
  expect(signIn({ typing: false, at: 0 }, false, 9_000)).toBeNull();
});

test("a sign that the server would drop waits until it takes one again", () => {
  expect(signIn({ typing: true, at: 1_000 }, false, 1_010)).toBe(2_090);
  expect(signIn({ typing: false, at: 1_000 }, true, 3_100)).toBe(0);
  expect(signIn({ typing: false, at: 1_000 }, true, 8_000)).toBe(0);
});
