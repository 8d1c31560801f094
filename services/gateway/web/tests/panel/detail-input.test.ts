import { expect, test } from "vitest";
import type { Shown } from "../../src/models/visitor";
import { detailInput } from "../../src/panel/detail-input";

const asks = (what: Partial<Shown>) => detailInput({ field: "size", ...what } as Shown);

test("a free number has its bounds, with decimals between", () => {
  const bounded = asks({ detail_type: "number", bounds: { least: 1, most: 9 } });
  expect(bounded).toEqual({ type: "number", step: "any", min: 1, max: 9 });
  expect(asks({ detail_type: "number", bounds: { least: 0, most: null } })).toMatchObject({
    min: 0,
    max: undefined,
  });
});

test("a free text is as long as it is to be, and nothing is cut off", () => {
  expect(asks({ detail_type: "text", bounds: { least: 3, most: 9 } })).toEqual({
    type: "text",
    minLength: 3,
  });
  expect(asks({ detail_type: "text" })).toEqual({ type: "text" });
});

test("each known field is filled in by the browser as what it is", () => {
  const filled = ["name", "email", "phone", "company"].map((field) => asks({ field }).autoComplete);
  expect(filled).toEqual(["name", "email", "tel", "organization"]);
  expect(asks({ detail_type: "date" })).toEqual({ type: "date" });
});

test("a number of a phone is one by the browser where it is one by the server", () => {
  const pattern = new RegExp(`^(?:${asks({ field: "phone" }).pattern})$`, "v");
  for (const one of ["+46 8 555 0142", "(11) 98765-4321", "030/12.34.56", "12345", " +49 30\u00a01234567 "])
    expect(one).toMatch(pattern);
  for (const one of ["call me", "1234", "+46 8 555 0142 ext 3", "8+46 555 0142"])
    expect(one).not.toMatch(pattern);
});
