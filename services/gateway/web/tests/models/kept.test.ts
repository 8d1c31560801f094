import fc from "fast-check";
import { expect, test } from "vitest";
import { contrast, inked, inkOn } from "../../src/models/colours";
import { hasUnsent, pagesOf, readKept, subjectOf } from "../../src/models/kept";
import { keptOutgoing, readOutbox, withoutOthers } from "../../src/models/kept-outbox";
import { type Outbox, sending, uploaded, wrote } from "../../src/models/outgoing";

const write = (outbox: Outbox, key: string, token?: string | null): Outbox =>
  wrote(outbox, {
    key,
    text: key,
    writtenAt: outbox.length,
    after: 0,
    file: token === undefined ? null : { name: "a", size: 1, token },
  });

test("whatever lay in the site's storage can be read", () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom("visit", "last", "pages", "out:1"), fc.jsonValue()),
      (it, more) => {
        for (const kept of [it, more]) {
          expect(readKept(kept).pages).toBeInstanceOf(Array);
          expect(readOutbox(kept, "v")).toBeInstanceOf(Array);
        }
      },
    ),
  );
});

test("messages on their way survive a reload, each once, in their order, and without the keys of sent ones", () => {
  const two = sending(write(write([], "a"), "b"), "a");
  const first = keptOutgoing([], two, "v");
  const second = keptOutgoing(two, two.slice(1), "v");
  const kept = { ...first, ...second };

  expect(hasUnsent(first)).toBe(true);
  expect(readOutbox(first, "v").map(({ key, state }) => [key, state])).toEqual([
    ["a", "waiting"],
    ["b", "waiting"],
  ]);
  expect(readOutbox(JSON.parse(JSON.stringify(kept)), "v").map((one) => one.key)).toEqual(["b"]);
});

test("messages of another visit are not read, and are taken out", () => {
  const kept = {
    ...keptOutgoing([], write([], "mine"), "v2"),
    ...keptOutgoing([], write([], "theirs"), "v1"),
    "out:old": { key: "old", text: "old", state: "waiting", writtenAt: 1 },
    draft: "x",
  };

  expect(readOutbox(kept, "v2").map((one) => one.key)).toEqual(["mine"]);
  expect(withoutOthers(kept, "v2")).toEqual({ "out:theirs": undefined, "out:old": undefined });
});

test("a file is kept once the server has it", () => {
  const before = write([], "a", null);
  const after = uploaded(before, "a", "token");

  expect(keptOutgoing([], before, "v")).toEqual({});
  expect(readOutbox(keptOutgoing(before, after, "v"), "v")[0]?.file?.token).toBe("token");
});

test("pages are told without fragments, and nothing else than pages", () => {
  const told = ["https://a.test/x#secret", "https://a.test/x", "javascript:alert(1)", 7, "https://a.test/y"];

  expect(pagesOf(told)).toEqual(["https://a.test/x", "https://a.test/y"]);
});

test("a signed identity is known by its subject, and what is none by nothing", () => {
  const claims = btoa(JSON.stringify({ sub: "user-7" })).replace(/=+$/, "");

  expect(subjectOf(`e30.${claims}.c2ln`)).toBe("user-7");
  expect(subjectOf("no token")).toBeNull();
});

test("what is written on an accent can be read on any", () => {
  const colour = fc
    .integer({ min: 0, max: 0xffffff })
    .map((value) => `#${value.toString(16).padStart(6, "0")}`);
  fc.assert(
    fc.property(colour, colour, (on, wanted) => {
      expect(contrast(on, inkOn(on, wanted))).toBeGreaterThanOrEqual(4.5);
    }),
  );
  expect(inkOn("#1f5fd6", "#ffffff")).toBe("#ffffff");
});

test("a look is shown as visitors get it, and one without colours as it is", () => {
  expect(inked({ colour: "#ffd000", text_colour: "#ffffff", bot_name: "Bo" })).toEqual({
    colour: "#ffd000",
    text_colour: "#000000",
    bot_name: "Bo",
  });
  expect(inked({ colour: "#ffd000" })).toEqual({ colour: "#ffd000" });
});
