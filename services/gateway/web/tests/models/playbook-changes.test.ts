import { expect, test } from "vitest";
import { changesOf, countOf } from "../../src/models/playbook-changes";
import { inserted, withoutPath, withPath, withPathMoved } from "../../src/models/playbook-edit";
import { withCard } from "../../src/models/playbook-flow";
import { withTyped } from "../../src/models/playbook-formatted";
import type { Flow } from "../../src/wire/types";
import { SHOP } from "./playbook-flows";

const fieldsOf = (before: Flow, after: Flow, id: string) =>
  changesOf(before, after).changed.find((one) => one.id === id)?.changes ?? [];

test("a flow and itself differ in nothing, also where services wrote the empty fields", () => {
  const written = withCard(SHOP, "thanks", { ...SHOP.cards.thanks, body: [] } as never);
  expect(countOf(changesOf(SHOP, SHOP))).toBe(0);
  expect(countOf(changesOf(SHOP, written))).toBe(0);
});

test("what is new and what is gone is named, and where nothing was there, all is new", () => {
  const { flow, id } = inserted(SHOP, { from: null, key: "start" }, "message", (next) => ({
    kind: "message",
    text: "Welcome!",
    next,
  }));
  expect(changesOf(SHOP, flow)).toEqual({ start: true, added: [id], removed: [], changed: [] });
  expect(changesOf(flow, SHOP)).toMatchObject({ start: true, added: [], removed: [id] });
  expect(changesOf(null, SHOP)).toMatchObject({ start: false, added: Object.keys(SHOP.cards), changed: [] });
});

test("a text is told as it was and as it is, with its form", () => {
  const card = { kind: "message" as const, text: "Hello", next: "x" };
  const before: Flow = { start: "m", cards: { m: card, x: { kind: "end", text: "Bye" } } };
  const after = withCard(before, "m", { ...card, ...withTyped("**Hello**") });
  expect(fieldsOf(before, after, "m")).toEqual([
    {
      key: "text",
      field: "text",
      was: { is: "text", text: "Hello" },
      now: { is: "text", text: "**Hello**" },
    },
  ]);
});

const asks = (labels: readonly string[]): Flow => ({
  start: "q",
  cards: {
    q: {
      kind: "question",
      text: "Which?",
      choices: labels.map((label) => ({ choice_id: label.toLowerCase(), label, next: "x" })),
    },
    x: { kind: "end", text: "Bye" },
  },
});

test("paths are told apart by themselves, wherever they stand", () => {
  const before = asks(["A", "B", "C"]);
  const moved = withPathMoved(before, "q", 0, 2);
  const text = (words: string) => ({ is: "text", text: words });
  expect(fieldsOf(before, moved, "q")).toEqual([
    { key: "order", field: "order", was: text("A, B, C"), now: text("B, C, A") },
  ]);
  expect(fieldsOf(before, withoutPath(before, "q", 0), "q")).toEqual([
    { key: "path/a", field: "label", of: "A", was: text("A"), now: null },
    { key: "path/a/next", field: "leadsTo", of: "A", was: { is: "card", id: "x" }, now: null },
  ]);
  expect(fieldsOf(before, withPath(before, "q"), "q").map(({ was, now }) => [was, now?.is])).toEqual([
    [null, "text"],
    [null, "card"],
  ]);
});

test("an amount is told with its currency, and once", () => {
  const deal = { kind: "action" as const, follow_up: "deal" as const, next: "x" };
  const before: Flow = { start: "a", cards: { a: deal, x: { kind: "end", text: "Bye" } } };
  const after = withCard(before, "a", { ...deal, deal_value_minor: 25_000, currency: "EUR" });
  expect(fieldsOf(before, after, "a")).toEqual([
    {
      key: "deal_value_minor",
      field: "deal_value_minor",
      was: null,
      now: { is: "amount", minor: 25_000, currency: "EUR" },
    },
  ]);
});

test("a card of another kind, and fields that nobody has a name for, are told as well", () => {
  const before: Flow = { start: "x", cards: { x: { kind: "end", text: "Bye" } } };
  const after = withCard(before, "x", { kind: "teleport", text: "Bye", to: { far: true } } as never);
  expect(fieldsOf(before, after, "x").map(({ field }) => field)).toEqual(["kind", "to"]);
});

test("that visitors are told their place in line is told where it was switched", () => {
  const with_ = (show_queue_position?: boolean) =>
    withCard(SHOP, "live_chat", { ...SHOP.cards.live_chat, show_queue_position } as never);
  const on = { is: "value", value: true };
  expect(fieldsOf(with_(), with_(false), "live_chat")).toEqual([]);
  expect(fieldsOf(with_(), with_(true), "live_chat")).toMatchObject([{ was: null, now: on }]);
  expect(fieldsOf(with_(true), with_(false), "live_chat")).toMatchObject([{ was: on, now: null }]);
});

test("the texts for outside the business hours are told one by one", () => {
  const with_ = (texts: object | null) =>
    withCard(SHOP, "live_chat", { ...SHOP.cards.live_chat, outside_hours: texts } as never);
  const before = with_({ online_message: "It is late.", offline_message: null, note: null });
  expect(fieldsOf(before, with_({ online_message: "It is late.", note: "Closed." }), "live_chat")).toEqual([
    { key: "outside/note", field: "outside.note", was: null, now: { is: "text", text: "Closed." } },
  ]);
  expect(fieldsOf(before, with_(null), "live_chat")).toMatchObject([
    { field: "outside.online_message", now: null },
  ]);
});
