import { expect, test } from "vitest";
import { deleted, inserted } from "../../src/models/playbook-edit";
import { withCard } from "../../src/models/playbook-flow";
import { differenceOf, keptMine, merged, same, sameFlow, settled } from "../../src/models/playbook-merge";
import type { Flow } from "../../src/wire/types";
import { SHOP } from "./playbook-flows";

const says = (flow: Flow, id: string, text: string) => withCard(flow, id, { kind: "end", text });

test("what was added, changed and taken out, and where visits begin", () => {
  const { flow, id } = inserted(SHOP, { from: null, key: "start" }, "message", (next) => ({
    kind: "message",
    text: "Welcome!",
    next,
  }));
  const after = says(deleted(flow, "email"), "thanks", "Thanks!");
  expect(differenceOf(SHOP, after)).toEqual({
    added: [id],
    changed: expect.arrayContaining(["praise", "thanks"]),
    removed: ["email"],
    start: true,
  });
});

test("a field without a value is as good as none, and the order of fields is nothing", () => {
  expect(same({ a: 1, b: null }, { a: 1 })).toBe(true);
  expect(same({ a: 1, b: [] }, { b: [], a: 1 })).toBe(true);
  expect(same({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  expect(same({ a: [1] }, { a: { 0: 1 } })).toBe(false);
  expect(same({ a: "", b: false, c: [] }, {})).toBe(true);
  expect(same({ qualified: true }, { qualified: false })).toBe(false);
});

test("changes of different cards are both kept", () => {
  const met = merged(SHOP, says(SHOP, "thanks", "Theirs"), says(SHOP, "goodbye", "Mine"));
  expect(met.is).toBe("merged");
  if (met.is === "merged")
    expect(met.flow.cards).toMatchObject({ thanks: { text: "Theirs" }, goodbye: { text: "Mine" } });
});

test("the same change made twice is one", () => {
  const both = says(SHOP, "thanks", "Ta");
  const met = merged(SHOP, both, says(SHOP, "thanks", "Ta"));
  expect(met.is === "merged" && sameFlow(met.flow, both)).toBe(true);
});

test("two changes of one card wait for a decision; mine keeps what else they did", () => {
  const theirs = says(says(SHOP, "thanks", "Theirs"), "goodbye", "Theirs too");
  const mine = says(SHOP, "thanks", "Mine");
  expect(merged(SHOP, theirs, mine)).toEqual({ is: "conflict", cards: ["thanks"], start: false });
  expect(keptMine(SHOP, theirs, mine).cards).toMatchObject({
    thanks: { text: "Mine" },
    goodbye: { text: "Theirs too" },
  });
});

test("a card that one changed and the other took out waits for a decision", () => {
  const theirs = deleted(SHOP, "email");
  const mine = withCard(SHOP, "email", {
    kind: "capture",
    text: "Mail?",
    field: "email",
    retry_text: "No.",
    next: "good",
  });
  expect(merged(SHOP, theirs, mine)).toMatchObject({ is: "conflict", cards: ["email"] });
});

test("a card to which one has led and which the other took out is not merged away", () => {
  const theirs = deleted(SHOP, "praise");
  const led = withCard(SHOP, "sorry", { kind: "message", text: "Leave us your name.", next: "praise" });
  expect(merged(SHOP, theirs, led)).toMatchObject({ is: "conflict", cards: ["praise"] });
  expect(keptMine(SHOP, theirs, led)).toBe(led);
});

test("what is read anew is made of the cards that were there, but for those that say something else", () => {
  const read = JSON.parse(JSON.stringify(SHOP)) as Flow;
  const now = settled(SHOP, withCard(read, "thanks", { kind: "end", text: "Bye!" }));
  expect(Object.keys(now.cards)).toEqual(Object.keys(read.cards));
  for (const id of Object.keys(now.cards))
    expect([id, now.cards[id] === SHOP.cards[id]]).toEqual([id, id !== "thanks"]);
  expect(now.cards.thanks).toEqual({ kind: "end", text: "Bye!" });
});
