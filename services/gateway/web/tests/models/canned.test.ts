import { expect, test } from "vitest";
import { answering, filledIn, slashed } from "../../src/models/canned";

test("a slash looks for a reply only where it begins the message and one word follows", () => {
  expect(slashed("/")).toBe("");
  expect(slashed("/Ship")).toBe("ship");
  for (const text of ["", "a/b", " /ship", "/ship to", "1/2"]) expect(slashed(text)).toBeNull();
});

test("shortcuts count for more than titles, and none comes twice", () => {
  const reply = (shortcut: string, title: string) => ({ shortcut, title, text: "" });
  const all = [reply("hello", "Say hello"), reply("sh", "Shipping"), reply("x", "About shipping")];
  expect(answering(all, "sh").map((one) => one.shortcut)).toEqual(["sh", "x"]);
  expect(answering(all, "")).toEqual(all);
  expect(answering(all, "nothing")).toEqual([]);
});

test("names are put in once: what stands in a name is no place for another", () => {
  const names = { visitor_name: "{agent_name}", agent_name: "Ana" };
  expect(filledIn("Hi {visitor_name}, {agent_name} here. {other}", names)).toBe(
    "Hi {agent_name}, Ana here. {other}",
  );
});
