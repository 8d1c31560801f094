import { describe, expect, test } from "vitest";
import { withCard } from "../../src/models/playbook-flow";
import { withTyped } from "../../src/models/playbook-formatted";
import { type Limit, limitOf, overLimits, withinLimits } from "../../src/models/playbook-limits";
import { SHOP } from "./playbook-flows";

const times = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at));
const lines = (count: number) => ["**Beans**", ...times(count - 1, (at) => `Line ${at}`)].join("\n");
const items = (count: number) => times(count, (at) => `- ${at}`).join("\n");
const marks = (count: number) => times(count, (at) => (at % 2 === 0 ? "**a**" : "b")).join("");
const picture = (chars: number) => `![${"x".repeat(chars)}](https://example.com/x.png)`;

describe("a text with a form", () => {
  test.each<[string, string, string, Limit]>([
    ["has 20 blocks", lines(20), lines(21), "too_many_blocks"],
    ["has 20 items in a list", items(20), items(21), "too_many_items"],
    ["changes its look 40 times in a line", marks(40), marks(41), "too_many_runs"],
    ["tells a picture in 300 characters", picture(300), picture(301), "long_picture"],
    ["has 2,000 characters", "x".repeat(2_000), "x".repeat(2_001), "long_text"],
  ])("%s at most", (_, most, more, limit) => {
    expect(limitOf(withTyped(most))).toBeNull();
    expect(limitOf(withTyped(more))).toBe(limit);
  });
});

test("what is too much is told at its card, each limit once", () => {
  const flow = withCard(SHOP, "thanks", { kind: "end", ...withTyped(lines(21)) });
  expect(overLimits(SHOP)).toEqual([]);
  expect(overLimits(flow)).toEqual([
    { card_id: "thanks", code: "too_many_blocks", detail: "too_many_blocks" },
  ]);
});

test("all else of the flow stays as it is, with the last good text in place of one that is too much", () => {
  const good = withCard(SHOP, "thanks", { kind: "end", ...withTyped("**Thanks**") });
  const over = withCard(good, "thanks", { kind: "end", ...withTyped(lines(21)) });
  const flow = withCard(withCard(over, "goodbye", { kind: "end", text: "Bye" }), "new", {
    kind: "message",
    next: "goodbye",
    ...withTyped(items(21)),
  });
  expect(withinLimits(good, SHOP)).toBe(good);
  expect(withinLimits(flow, good).cards).toEqual({
    ...good.cards,
    goodbye: { kind: "end", text: "Bye" },
    new: { kind: "message", next: "goodbye", text: " ", body: [] },
  });
});
