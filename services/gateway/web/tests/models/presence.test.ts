import { expect, test } from "vitest";
import { presenceOf } from "../../src/models/presence";

test("the switch says what the agent's row says, once that is known", () => {
  expect(presenceOf({ online: null, wished: true, cut: true })).toBe("unknown");
  expect(presenceOf({ online: true, wished: false, cut: true })).toBe("online");
  expect(presenceOf({ online: false, wished: false, cut: true })).toBe("offline");
});

test("only who wished to be online and was cut off has lost the connection", () => {
  expect(presenceOf({ online: false, wished: true, cut: true })).toBe("lost");
  expect(presenceOf({ online: false, wished: true, cut: false })).toBe("offline");
});
