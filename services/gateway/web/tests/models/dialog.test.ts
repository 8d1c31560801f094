import { expect, test } from "vitest";
import { type Leaving, onLeaving } from "../../src/models/dialog";

const BOTH = ["escape", "press"] as const;
const CALM = { busy: false, asks: false, changed: false, typed: false };
const each = (what: Partial<Leaving>) => BOTH.map((by) => onLeaving({ ...CALM, ...what, by }));

test("a dialog in which nothing was filled in closes by Escape and by a press beside it", () => {
  expect(each({})).toEqual(["close", "close"]);
  expect(each({ asks: true })).toEqual(["close", "close"]);
  // It says what it said at first.
  expect(each({ asks: true, typed: true })).toEqual(["close", "close"]);
});

test("what was filled in is asked for, or at least not lost by a slip of the pointer", () => {
  expect(each({ asks: true, changed: true, typed: true })).toEqual(["ask", "ask"]);
  expect(each({ changed: true, typed: true })).toEqual(["close", "stay"]);
});

test("while what it asked for is on its way a dialog stays, and says nothing that may be wrong", () => {
  for (const asks of [true, false])
    for (const changed of [true, false])
      expect(each({ busy: true, asks, changed })).toEqual(["stay", "stay"]);
});
