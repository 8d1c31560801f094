import fc from "fast-check";
import { expect, test } from "vitest";
import { contrast, inkOn } from "../../src/models/colours";
import { isColour, nearestReadable, READABLE } from "../../src/models/playbook-colours";

const colour = fc.integer({ min: 0, max: 0xffffff }).map((it) => `#${it.toString(16).padStart(6, "0")}`);

test("whatever is picked, the offered colour can be read, and black or white always can", () => {
  fc.assert(
    fc.property(colour, colour, (ground, text) => {
      const nearest = nearestReadable(ground, text);
      if (nearest !== null) {
        expect(isColour(nearest)).toBe(true);
        expect(contrast(nearest, text)).toBeGreaterThanOrEqual(READABLE);
      }
      expect(contrast(ground, inkOn(ground, text))).toBeGreaterThanOrEqual(READABLE);
    }),
  );
});

test("a colour that can be read is its own nearest one", () => {
  expect(nearestReadable("#1f5fd6", "#ffffff")).toBe("#1f5fd6");
  expect(nearestReadable("#7799ee", "#ffffff")).not.toBe("#7799ee");
});
