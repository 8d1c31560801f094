import fc from "fast-check";
import { expect, test } from "vitest";
import { gotBy, moved, type PageRule } from "../../src/models/page-rules";

const page = (value: string, playbook_id: string): PageRule => ({
  when: [{ of: "page", compare: "contains", value }],
  playbook_id,
});
const locale = (one: string, playbook_id: string): PageRule => ({
  when: [{ of: "locale", locales: [one] }],
  playbook_id,
});
const PRICES = { page: "https://shop.test/prices?utm_source=Mail", locale: "pt-BR" };
const everyone = () => true;

test("the first rule that holds counts, and without one the snippet's own playbook", () => {
  const rules = [page("/jobs", "a"), locale("pt", "b"), page("/prices", "c")];

  expect(gotBy(rules, PRICES, everyone)).toBe(2);
  expect(gotBy(rules, { ...PRICES, locale: "en" }, everyone)).toBe(3);
  expect(gotBy(rules, { page: "https://shop.test/", locale: "en" }, everyone)).toBe(0);
  expect(gotBy([], PRICES, everyone)).toBe(0);
});

test("all conditions of a rule have to hold", () => {
  const both: PageRule = {
    when: [
      { of: "page", compare: "starts_with", value: "https://shop.test/prices" },
      { of: "utm", parameter: "source", compare: "is", value: "mail" },
    ],
    playbook_id: "a",
  };

  expect(gotBy([both], PRICES, everyone)).toBe(1);
  expect(gotBy([both], { ...PRICES, page: "https://shop.test/prices" }, everyone)).toBe(0);
});

test("a playbook that takes no visits is passed over", () => {
  const rules = [page("/prices", "off"), page("/prices", "on")];

  expect(gotBy(rules, PRICES, (id) => id === "on")).toBe(2);
  expect(gotBy(rules, PRICES, () => false)).toBe(0);
});

test("whatever is moved wherever, all of it stays, and the rest in its order", () => {
  const list = fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(list, fc.nat(), fc.nat(), (all, from, to) => {
      const [at, place] = [from % all.length, to % all.length];
      const now = moved(all, at, place);
      expect(now[place]).toBe(all[at]);
      expect(now.filter((one) => one !== all[at])).toEqual(all.filter((one) => one !== all[at]));
    }),
  );
});
