import fc from "fast-check";
import { expect, test } from "vitest";
import { drawn, neighbour, settled, sizeOf } from "../../src/models/list";

const ids = (of: { places: readonly { id: string }[] }) => of.places.map((place) => place.id);
const some = fc.uniqueArray(fc.constantFrom(..."abcdefghij"));

test("a list that nobody is at shows what is current", () => {
  expect(settled(["a", "b"], ["c", "a"], false)).toEqual({
    places: [
      { id: "c", left: false },
      { id: "a", left: false },
    ],
    fresh: 0,
  });
});

test("under the pointer what is new waits above, comes below, and what left is marked", () => {
  expect(settled(["a", "b", "c"], ["new", "a", "c", "below"], true)).toEqual({
    places: [
      { id: "a", left: false },
      { id: "b", left: true },
      { id: "c", left: false },
      { id: "below", left: false },
    ],
    fresh: 1,
  });
});

test("whatever happens, nothing that is shown moves, nothing is shown twice, and nothing is forgotten", () => {
  fc.assert(
    fc.property(some, some, (shown, current) => {
      fc.pre(shown.length > 0);
      const { places, fresh } = settled(shown, current, true);
      const now = places.map((place) => place.id);
      expect(now.slice(0, shown.length)).toEqual(shown);
      expect(new Set(now).size).toBe(now.length);
      expect(places.filter((place) => !place.left).length + fresh).toBe(current.length);
      expect(ids(settled(now, current, false))).toEqual(current);
    }),
  );
});

test("of a long list few rows are drawn, and all down to the one below that which is open", () => {
  const ids = [..."abcdefghij"];
  expect(drawn(ids, 3, null)).toBe(3);
  expect(drawn(ids, 3, "elsewhere")).toBe(3);
  expect(drawn(ids, 3, "a")).toBe(3);
  expect(drawn(ids, 3, "c")).toBe(4);
  expect(drawn(ids, 3, "j")).toBe(10);
  expect(drawn(ids, 30, "b")).toBe(10);

  // Keys go on from the open one, and not from the first.
  const places = ids.slice(0, drawn(ids, 3, "g")).map((id) => ({ id, left: false }));
  expect([neighbour(places, "g", 1), neighbour(places, "g", -1)]).toEqual(["h", "f"]);
});

test("how long a list is, is told where not all of it is drawn", () => {
  expect(sizeOf(10, 3, false)).toBe(10);
  expect(sizeOf(10, 10, false)).toBeUndefined();
  expect(sizeOf(10, 3, true)).toBe(-1);
  expect(sizeOf(10, 10, true)).toBe(-1);
});

test("keys go from place to place and stop at the ends", () => {
  const places = ["a", "b"].map((id) => ({ id, left: false }));
  expect(neighbour(places, null, 1)).toBe("a");
  expect(neighbour(places, "a", 1)).toBe("b");
  expect(neighbour(places, "b", 1)).toBe("b");
  expect(neighbour(places, "a", -1)).toBe("a");
  expect(neighbour([], "a", 1)).toBeNull();
});
