import { expect, test } from "vitest";
import type { Card } from "../../src/models/playbook-flow";
import { beside, neighbour, orderOf, treeOf } from "../../src/models/playbook-tree";
import type { Flow } from "../../src/wire/types";
import { SHOP } from "./playbook-flows";

test("a card is drawn where the walk comes to it first, and is named where it follows again", () => {
  const { main, lost } = treeOf(SHOP);
  expect(lost).toEqual([]);
  const [welcome] = main.steps;
  const [beans, chat, browse] = welcome?.ways ?? [];
  expect(beans?.run.steps.map((step) => step.id)).toEqual(["praise", "email", "good", "goodbye"]);
  expect(chat?.run.steps.map((step) => step.id)).toEqual(["live_chat"]);
  expect(browse?.run).toMatchObject({ steps: [], goesTo: { id: "goodbye" } });
});

test("the offline flow hangs below its Live Chat card", () => {
  const chat = treeOf(SHOP).main.steps[0]?.ways[1]?.run.steps[0];
  expect(chat?.ways.map((way) => way.key)).toEqual(["offline_flow"]);
  expect(chat?.ways[0]?.run.steps.map((step) => step.id)).toEqual(["sorry", "name", "lead", "thanks"]);
});

test("what no path leads to stands by itself, its first card first", () => {
  const end: Card = { kind: "end", text: "Bye" };
  const flow: Flow = {
    start: "a",
    cards: { a: end, c: end, b: { kind: "message", text: "Lost", next: "c" } },
  };
  expect(treeOf(flow).lost.map((run) => run.steps.map((step) => step.id))).toEqual([["b", "c"]]);
});

test("cards that only lead to each other are drawn as well", () => {
  const says = (next: string): Card => ({ kind: "message", text: "Round", next });
  const flow: Flow = { start: "a", cards: { a: { kind: "end", text: "Bye" }, b: says("c"), c: says("b") } };
  expect(orderOf(treeOf(flow)).toSorted()).toEqual(["a", "b", "c"]);
});

test("a kind of card that is not known here has its ways all the same", () => {
  const card = {
    kind: "weather",
    cases: [{ when: "rain", next: "umbrella" }],
    otherwise: "sun",
  } as unknown as Card;
  const end: Card = { kind: "end", text: "Bye" };
  const flow: Flow = { start: "ask", cards: { ask: card, umbrella: end, sun: end } };
  expect(treeOf(flow).main.steps[0]?.ways.map((way) => way.key)).toEqual(["cases/0", "otherwise"]);
});

test("keys go through all cards in order, and from path to path", () => {
  const tree = treeOf(SHOP);
  expect(neighbour(tree, "welcome", "ArrowDown")).toBe("praise");
  expect(neighbour(tree, "praise", "ArrowUp")).toBe("welcome");
  expect(neighbour(tree, "welcome", "ArrowUp")).toBeNull();
  expect(neighbour(tree, "name", "Home")).toBe("welcome");
  expect(neighbour(tree, "welcome", "End")).toBe("thanks");
  expect(beside(tree, "email", 1)).toBe("live_chat");
  expect(beside(tree, "name", -1)).toBe("praise");
  expect(beside(tree, "live_chat", 1)).toBeNull();
});
