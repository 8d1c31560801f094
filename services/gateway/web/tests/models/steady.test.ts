import fc from "fast-check";
import { expect, test } from "vitest";
import { steady } from "../../src/models/steady";

interface Agent {
  readonly id: string;
  readonly online: boolean;
}

const idOf = (agent: Agent) => agent.id;
const agent = (id: string, online = true): Agent => ({ id, online });
const team = fc
  .uniqueArray(fc.constantFrom(..."abcdefgh"))
  .chain((ids) => fc.tuple(...ids.map((id) => fc.boolean().map((online) => agent(id, online)))));

test("who goes online stays in place, who is new comes last, and who is gone stays to be told so", () => {
  const shown = [agent("ana"), agent("eva"), agent("ben", false)];

  expect(steady(shown, [agent("adam"), agent("ana", false), agent("ben")], idOf)).toEqual([
    { item: agent("ana", false), gone: false },
    { item: agent("eva"), gone: true },
    { item: agent("ben"), gone: false },
    { item: agent("adam"), gone: false },
  ]);
});

test("what was not shown yet comes in its own order", () => {
  const current = [agent("b"), agent("a", false)];

  expect(steady([], current, idOf).map(({ item }) => item)).toEqual(current);
});

test("whatever happens, nothing moves, nothing is shown twice, and all that is current is shown as it is", () => {
  fc.assert(
    fc.property(team, team, (shown, current) => {
      const stood = steady(shown, current, idOf);
      const ids = stood.map(({ item }) => item.id);

      expect(ids.slice(0, shown.length)).toEqual(shown.map(idOf));
      expect(new Set(ids).size).toBe(ids.length);
      const there = stood.filter(({ gone }) => !gone).map(({ item }) => item);
      expect(new Set(there)).toEqual(new Set(current));
    }),
  );
});
