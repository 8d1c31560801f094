import fc from "fast-check";
import { expect, test } from "vitest";
import {
  canDelete,
  deleted,
  inserted,
  moved,
  stepFrom,
  withoutPath,
  withPath,
  withPathMoved,
} from "../../src/models/playbook-edit";
import { type Card, hung, placesOf, reachedFrom, START, waysOf } from "../../src/models/playbook-flow";
import { sameFlow } from "../../src/models/playbook-merge";
import { orderOf, treeOf } from "../../src/models/playbook-tree";
import type { Flow } from "../../src/wire/types";
import { SHOP } from "./playbook-flows";

/** Every card that is named is there: the services take no other flow. */
function isWhole(flow: Flow): boolean {
  const named = [flow.start, ...Object.values(flow.cards).flatMap((card) => waysOf(card).map((it) => it.to))];
  return named.every((id) => Object.hasOwn(flow.cards, id));
}

function nextOf(flow: Flow, id: string): string | undefined {
  const card = flow.cards[id];
  return card && waysOf(card)[0]?.to;
}

const says = (next: string): Card => ({ kind: "message", text: "New", next });

test("a new card hangs where it was wanted, and what hung there follows it", () => {
  const { flow, id } = inserted(SHOP, { from: "welcome", key: "choices/0" }, "message", says);
  expect(nextOf(flow, id)).toBe("praise");
  expect(placesOf(flow, id)).toEqual([{ from: "welcome", key: "choices/0" }]);
  const first = inserted(SHOP, START, "message", says);
  expect(first.flow.start).toBe(first.id);
  expect(nextOf(first.flow, first.id)).toBe("welcome");
});

test("a card moves down and up by one, and to another path", () => {
  const down = moved(SHOP, "praise", stepFrom(SHOP, "praise", "down") ?? START);
  expect(nextOf(down, "email")).toBe("praise");
  expect(nextOf(down, "praise")).toBe("good");
  expect(waysOf(down.cards.welcome as Card)[0]?.to).toBe("email");
  const up = moved(down, "praise", stepFrom(down, "praise", "up") ?? START);
  expect(sameFlow(up, SHOP)).toBe(true);
  const elsewhere = moved(SHOP, "praise", { from: "lead", key: "next" });
  expect(nextOf(elsewhere, "lead")).toBe("praise");
  expect(nextOf(elsewhere, "praise")).toBe("thanks");
});

test("a card at the end of its run steps no further, and one with several ways does not move", () => {
  expect(stepFrom(SHOP, "good", "down")).toBeNull();
  expect(stepFrom(SHOP, "praise", "up")).toBeNull();
  expect(stepFrom(SHOP, "welcome", "down")).toBeNull();
  expect(moved(SHOP, "live_chat", START)).toBe(SHOP);
});

test("a deleted card's place is taken by what followed it", () => {
  const flow = deleted(SHOP, "email");
  expect(nextOf(flow, "praise")).toBe("good");
  expect(Object.keys(flow.cards)).toHaveLength(9);
});

test("with a question go the cards that only it led to; an end to which others lead stays", () => {
  const flow = deleted(SHOP, "welcome");
  expect(flow.start).toBe("praise");
  expect(Object.keys(flow.cards).sort()).toEqual(["email", "good", "goodbye", "praise"]);
  expect(canDelete(SHOP, "goodbye")).toBe(false);
  expect(deleted(SHOP, "goodbye")).toBe(SHOP);
});

test("a path is added with an end of its own, moved, and taken out with its cards", () => {
  const more = withPath(SHOP, "welcome");
  expect(waysOf(more.cards.welcome as Card)).toHaveLength(4);
  expect(Object.keys(more.cards)).toHaveLength(11);
  const first = withPathMoved(more, "welcome", 1, 0);
  expect(first.cards.welcome).toMatchObject({
    choices: [{ choice_id: "chat" }, { choice_id: "beans" }, {}, {}],
  });
  const fewer = withoutPath(first, "welcome", 0);
  expect(Object.keys(fewer.cards)).not.toContain("live_chat");
  expect(Object.keys(fewer.cards)).not.toContain("thanks");
  expect(isWhole(fewer)).toBe(true);
});

test("whatever is done to it, every card that is named is there and is drawn exactly once", () => {
  const step = fc.tuple(fc.nat(5), fc.nat(40), fc.nat(40));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      let flow = SHOP;
      for (const [what, one, other] of steps) flow = changed(flow, what, one, other);
      expect(isWhole(flow)).toBe(true);
      const drawn = orderOf(treeOf(flow));
      expect(drawn.toSorted()).toEqual(Object.keys(flow.cards).toSorted());
    }),
  );
});

/** One of all the things that can be done, to some card, at some place. */
function changed(flow: Flow, what: number, one: number, other: number): Flow {
  const ids = Object.keys(flow.cards);
  const id = ids[one % ids.length] ?? "";
  const places = ids.flatMap((it) => placesOf(flow, it));
  const place = places[other % places.length] ?? START;
  switch (what) {
    case 0:
      return moved(flow, id, place);
    case 1:
      return deleted(flow, id);
    case 2:
      return inserted(flow, place, "message", says).flow;
    case 3:
      return hung(flow, place, id);
    case 4:
      return withPath(flow, id);
    default:
      return withoutPath(flow, id, other % 4);
  }
}

test("moving a card loses no card that was reached", () => {
  const ids = Object.keys(SHOP.cards);
  const places = ids.flatMap((id) => placesOf(SHOP, id));
  for (const id of ids)
    for (const place of places) {
      const flow = moved(SHOP, id, place);
      expect([...reachedFrom(flow, flow.start)].sort()).toEqual(ids.toSorted());
    }
});
