import { beforeEach, expect, test } from "vitest";
import { hasBegun, keepForReturn, keepOnly, kept, keptInTab } from "../../src/inbox/kept";

const ANA = "a0000000-0000-4000-8000-000000000001";
const BEN = "b0000000-0000-4000-8000-000000000002";
const DRAFT = `draft.${ANA}.chat.message`;
const NOTE = `note.${ANA}.chat`;

beforeEach(() => {
  keepOnly(ANA);
  kept.set("theme", "dark");
  kept.set(DRAFT, "We open at");
  keptInTab.set(NOTE, "Was here before");
});

test("who signs out leaves nothing of their own, and nothing of theirs is kept after it", () => {
  expect(hasBegun(ANA)).toBe(true);
  keepOnly(null);
  // What was under way comes late.
  keptInTab.set(NOTE, "Was here before");
  expect([kept.get(DRAFT), keptInTab.get(NOTE), hasBegun(ANA)]).toEqual([null, null, false]);
  expect(kept.get("theme")).toBe("dark");
  keepForReturn();
  kept.set(DRAFT, "We open at");
  expect(kept.get(DRAFT)).toBeNull();
});

test("what a session left that ended by itself waits for its agent", () => {
  keepForReturn();
  keepOnly(ANA);
  expect([kept.get(DRAFT), keptInTab.get(NOTE)]).toEqual(["We open at", "Was here before"]);
});

test("whoever signs in next gets nothing of it, and does not bring it back", () => {
  keepForReturn();
  keepOnly(BEN);
  kept.set(DRAFT, "We open at");
  keepOnly(ANA);
  expect([kept.get(DRAFT), keptInTab.get(NOTE), hasBegun(ANA)]).toEqual([null, null, false]);
});
