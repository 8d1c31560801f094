import { beforeEach, expect, test, vi } from "vitest";
import { hasBegun, keepForReturn, keepOnly, kept, keptInTab, markBegun } from "../../src/inbox/kept";

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

test("what is begun in another tab is begun, until that tab has gone", () => {
  const mark = `begun.${ANA}.tab`;
  keepOnly(null);
  keepOnly(ANA);
  expect(hasBegun(ANA)).toBe(false);
  kept.set(mark, "yes");
  expect([hasBegun(ANA), hasBegun(BEN)]).toEqual([true, false]);
  kept.set(mark, null);
  expect(hasBegun(ANA)).toBe(false);

  const marks = () => kept.names(`begun.${ANA}.`).length;
  keptInTab.set(NOTE, "Was here before");
  expect(marks()).toBe(1);
  markBegun(false);
  expect(marks()).toBe(0);
  markBegun();
  expect(marks()).toBe(1);
  keptInTab.set(NOTE, null);
  expect(marks()).toBe(0);
});

/** A storage that takes nothing more while it is full. */
function filling(): { full: boolean } {
  const filling = { full: false };
  const held: Record<string, string> = {};
  const storage = new Proxy(held, {
    get: (_, name) =>
      ({
        getItem: (key: string) => held[key] ?? null,
        removeItem: (key: string) => delete held[key],
        setItem: (key: string, value: string) => {
          if (filling.full) throw new Error("QuotaExceededError");
          held[key] = value;
        },
      })[String(name)],
  });
  vi.stubGlobal("localStorage", storage);
  return filling;
}

test("what a full storage does not take counts before what it has", () => {
  const storage = filling();
  kept.set(DRAFT, "old");
  storage.full = true;
  kept.set(DRAFT, "new");
  const other = DRAFT.replace("chat", "other");
  kept.set(other, "another");
  expect([kept.get(DRAFT), kept.get(other)]).toEqual(["new", "another"]);
  expect(kept.names("draft.").sort()).toEqual([DRAFT, other].sort());

  kept.set(other, null);
  expect([kept.get(other), kept.names("draft.")]).toEqual([null, [DRAFT]]);
  storage.full = false;
  kept.set(DRAFT, "newest");
  expect([kept.get(DRAFT), localStorage.getItem(`livechat.inbox.${DRAFT}`)]).toEqual(["newest", "newest"]);
  vi.unstubAllGlobals();
});
