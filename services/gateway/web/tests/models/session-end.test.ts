import { expect, test } from "vitest";
import { sessionEnd } from "../../src/models/session-end";

const NOW = Date.parse("2026-03-04T10:00:00Z");
const MINUTE = 60_000;

test("the end of a session is spoken of in its last ten minutes, and then it is over", () => {
  expect(sessionEnd(NOW + 10 * MINUTE + 1, NOW)).toBe("far");
  expect(sessionEnd(NOW + 10 * MINUTE, NOW)).toBe("near");
  expect(sessionEnd(NOW + 1, NOW)).toBe("near");
  expect(sessionEnd(NOW, NOW)).toBe("over");
  expect(sessionEnd(NOW - MINUTE, NOW)).toBe("over");
});

test("an end that nobody has told of is not spoken of", () => {
  expect(sessionEnd(null, NOW)).toBe("far");
});
