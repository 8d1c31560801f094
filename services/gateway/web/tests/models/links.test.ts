import fc from "fast-check";
import { expect, test } from "vitest";
import { pieces } from "../../src/models/links";

const links = (text: string) => pieces(text).flatMap((piece) => (piece.href === null ? [] : [piece.href]));

test("addresses of the web are links, without the sentence around them", () => {
  expect(links("See https://example.com/a?b=c#d, or (http://example.org/x_(y)).")).toEqual([
    "https://example.com/a?b=c#d",
    "http://example.org/x_(y)",
  ]);
});

test("nothing else is a link", () => {
  for (const text of ["javascript:alert(1)", "data:text/html,x", "www.example.com", "http://", "ftp://a.b"]) {
    expect(links(text)).toEqual([]);
  }
});

test("no letter is lost or doubled", () => {
  const parts = fc.array(fc.oneof(fc.string(), fc.constantFrom("https://a.b/c", "http://", ").", " ")));
  fc.assert(
    fc.property(parts, (some) => {
      const text = some.join("");
      expect(
        pieces(text)
          .map((piece) => piece.text)
          .join(""),
      ).toBe(text);
    }),
  );
});
