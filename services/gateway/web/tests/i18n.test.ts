import { expect, test } from "vitest";
import { nearest, translator } from "../src/i18n/texts";

test("the nearest language is the first that shares its primary tag", () => {
  expect(nearest(["fr-FR", "pt-PT", "en"])).toBe("pt-BR");
  expect(nearest(["EN-gb"])).toBe("en");
  expect(nearest([])).toBe("en");
});

test("texts are filled in, and a missing value stays visible", () => {
  const t = translator("en", { hello: "Hello, {name}" });

  expect(t("hello", { name: "Ana" })).toBe("Hello, Ana");
  expect(t("hello")).toBe("Hello, {name}");
});

test("a count picks the plural by the language's own rules", () => {
  const texts = { waiting: { one: "{count} chat", other: "{count} chats" } };

  expect(translator("en", texts)("waiting", { count: 0 })).toBe("0 chats");
  expect(translator("pt-BR", texts)("waiting", { count: 0 })).toBe("0 chat");
  expect(translator("en", texts)("waiting", { count: 1 })).toBe("1 chat");
});

test("numbers are written as the language writes them, and texts as they are", () => {
  const texts = { waiting: { one: "{count} chat of {name}", other: "{count} chats of {name}" } };
  const values = { count: 12_345, name: "1234" };

  expect(translator("en", texts)("waiting", values)).toBe("12,345 chats of 1234");
  expect(translator("pt-BR", texts)("waiting", values)).toBe("12.345 chats of 1234");
});
