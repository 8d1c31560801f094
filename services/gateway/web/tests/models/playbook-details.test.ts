import { expect, test } from "vitest";
import { freeKey, withField, withOptions } from "../../src/models/playbook-capture";
import { validDetail } from "../../src/models/playbook-details";
import type { CaptureCard } from "../../src/wire/types";
import { SHOP } from "./playbook-flows";

const asks = (field: CaptureCard["field"], more: Partial<CaptureCard> = {}): CaptureCard => ({
  kind: "capture",
  text: "?",
  field,
  retry_text: "!",
  next: "end",
  ...more,
});
const free = (type: CaptureCard["type"], more: Partial<CaptureCard> = {}) =>
  asks("free", { key: "size", label: "Size", ...(type ? { type } : {}), ...more });

test.each([
  [asks("name"), "  Ada   Lovelace ", "Ada Lovelace"],
  [asks("name"), "…", null],
  [asks("email"), "ada@example.com", "ada@example.com"],
  [asks("email"), "ada@example", null],
  [asks("phone"), "+49 30 1234567", "+49 30 1234567"],
  [asks("phone"), "12 34", null],
  [free("number"), "+1,5", "1.5"],
  [free("number"), "many", null],
  [free("number", { least: 1, most: 5 }), "5.5", null],
  [free("number", { least: 1, most: 5 }), "5", "5"],
  [free("text", { least: 3 }), "ab", null],
  [free("date"), "2026-02-28", "2026-02-28"],
  [free("date"), "2026-02-30", null],
  [free("text"), " ", null],
  [free("choice", { options: ["Big one", "Small"] }), "big  ONE", "Big one"],
  [free("choice", { options: ["Big"] }), "none", null],
])("%# a detail is kept as the services keep it, or refused", (card, given, kept) => {
  expect(validDetail(card, given)).toBe(kept);
});

test("only a free field has a key, a label, a type and options", () => {
  const made = withField(asks("email"), "free", "field_1");
  expect(made).toMatchObject({ key: "field_1", type: "text", options: [] });
  expect(withField(made, "phone", "field_2")).toEqual(asks("phone", { type: "text" }));
});

test("a free field gets a key that no other has", () => {
  const flow = { ...SHOP, cards: { ...SHOP.cards, a: free("text", { key: "field_1" }) } };
  expect(freeKey(flow)).toBe("field_2");
});

test("options stand on lines, none of them empty, and no more than there may be", () => {
  expect(withOptions(free("choice"), "One\n\nTwo").options).toEqual(["One", " ", "Two"]);
  expect(withOptions(free("choice"), "x\n".repeat(30)).options).toHaveLength(12);
});
