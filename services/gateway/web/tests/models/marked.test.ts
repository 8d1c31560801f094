import fc from "fast-check";
import { expect, test } from "vitest";
import { marked } from "../../src/models/marked";

test("what was found is marked where it stands", () => {
  const places = [
    { start: 11, end: 14 },
    { start: 0, end: 4 },
  ];
  expect(marked("Ship it to Rio", places)).toEqual([
    { text: "Ship", hit: true },
    { text: " it to ", hit: false },
    { text: "Rio", hit: true },
  ]);
});

test("no letter is lost or doubled, whatever the places", () => {
  const place = fc.record({ start: fc.integer({ min: -3, max: 30 }), end: fc.integer({ min: -3, max: 30 }) });
  fc.assert(
    fc.property(fc.string(), fc.array(place), (text, places) => {
      const parts = marked(text, places);
      expect(parts.map((part) => part.text).join("")).toBe(text);
    }),
  );
});
