import { expect, test } from "vitest";
import { looksAtEnd } from "../../src/models/end";

const LOG = { scrollHeight: 1_000, clientHeight: 400 };

test("who is at the end, or nearly, looks at it", () => {
  expect(looksAtEnd(false, 0, { ...LOG, scrollTop: 600 })).toBe(true);
  expect(looksAtEnd(true, 600, { ...LOG, scrollTop: 560 })).toBe(true);
});

test("who goes up has left the end, and going down a little is not back there", () => {
  expect(looksAtEnd(true, 600, { ...LOG, scrollTop: 300 })).toBe(false);
  expect(looksAtEnd(false, 300, { ...LOG, scrollTop: 400 })).toBe(false);
});

test("a picture that came in under an event of our own scrolling sends nobody away from the end", () => {
  expect(looksAtEnd(true, 600, { scrollHeight: 1_300, clientHeight: 400, scrollTop: 600 })).toBe(true);
});
