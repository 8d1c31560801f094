import fc from "fast-check";
import { expect, test } from "vitest";
import { type Body, bodyOf, typedOf, typedText, withTyped } from "../../src/models/playbook-formatted";

test("marks become a form, and everything else stays a text", () => {
  expect(bodyOf("Hello **you** and _all_, see [our beans](https://example.com/beans).")).toEqual([
    {
      kind: "paragraph",
      runs: [
        { text: "Hello " },
        { text: "you", bold: true },
        { text: " and " },
        { text: "all", italic: true },
        { text: ", see " },
        { text: "our beans", link: "https://example.com/beans" },
        { text: "." },
      ],
    },
  ]);
});

test("lines with a dash or a number are lists, a picture has a line of its own", () => {
  expect(
    bodyOf("We have\n- dark\n- light\n1. grind\n2. brew\n![A cup](https://example.com/cup.png)"),
  ).toEqual([
    { kind: "paragraph", runs: [{ text: "We have" }] },
    { kind: "list", numbered: false, items: [[{ text: "dark" }], [{ text: "light" }]] },
    { kind: "list", numbered: true, items: [[{ text: "grind" }], [{ text: "brew" }]] },
    { kind: "picture", alt: "A cup", address: "https://example.com/cup.png" },
  ]);
});

test("a text without marks has no form, and no address but these leads anywhere", () => {
  expect(bodyOf("5 * 3 is 15, snake_case is not.\n\nSecond line.")).toEqual([]);
  for (const address of ["javascript:alert(1)", "data:text/html,x", "//example.com", "http:"])
    expect(bodyOf(`[here](${address})`)).toEqual([]);
  expect(JSON.stringify(bodyOf("![x](http://example.com/x.png)"))).not.toContain("picture");
});

test("a card's text is its form in plain words, as the services make them", () => {
  const card = { kind: "message", text: " ", next: "end" } as const;
  const typed =
    "See **[us](mailto:a@example.com)**\n1. one\n2. two\n- three\n![A cup](https://example.com/c.png)";
  const made = { ...card, ...withTyped(typed) };
  expect(made.text).toBe("See us (a@example.com)\n1. one\n2. two\n• three\nA cup");
  expect(typedText(made)).toBe(typed);
  expect(withTyped("Plain.")).toEqual({ text: "Plain.", body: [] });
});

const words = fc.stringMatching(/^[A-Za-z*_[\]\\!(){}., -]{1,12}$/).filter((it) => /[A-Za-z]/.test(it));
const run = fc.record({ text: words, bold: fc.boolean(), italic: fc.boolean() });
const paragraphs = fc.array(fc.array(run, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });

/** The letters of a body's paragraphs, each with its look. */
function letters(told: Body): string[] {
  return told.map((block) =>
    block.kind === "paragraph"
      ? block.runs
          .flatMap((one) => [...one.text].map((it) => `${it}${one.bold ? "b" : ""}${one.italic ? "i" : ""}`))
          .join("")
      : String(block.kind),
  );
}

test("what is typed of a text with a form is read as the same, whatever signs are in it", () => {
  fc.assert(
    fc.property(paragraphs, (drawn) => {
      const look = { text: "x", bold: true, italic: false };
      const told = drawn.map((runs) => ({ kind: "paragraph" as const, runs: [...runs, look] }));
      expect(letters(bodyOf(typedOf(told)))).toEqual(letters(told));
    }),
    { numRuns: 500 },
  );
});
