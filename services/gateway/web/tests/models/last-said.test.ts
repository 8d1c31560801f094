import { expect, test } from "vitest";
import { lastSaid } from "../../src/models/last-said";
import type { InboxRow } from "../../src/wire/types";

const NOTHING = { last_by: null, last_text: null, last_file: null, last_author_name: null };

function row(more: Partial<InboxRow>): InboxRow {
  return { ...NOTHING, ...more } as InboxRow;
}

test("a row tells who said what last", () => {
  const said = lastSaid(row({ last_by: "agent", last_text: "<b>Hi</b>", last_author_name: "Ana" }));

  expect(said).toEqual({ by: "agent", name: "Ana", text: "<b>Hi</b>", file: null });
});

test.each([
  ["image/png", "photo"],
  ["application/pdf", "file"],
] as const)("what came as %s is a %s", (content_type, kind) => {
  const said = lastSaid(row({ last_by: "visitor", last_file: { name: "a", content_type } }));

  expect(said).toEqual({ by: "visitor", name: null, text: null, file: { kind, name: "a" } });
});

test("where nothing was said, or a row does not tell it, there is nothing to show", () => {
  expect(lastSaid(row({}))).toBeNull();
  expect(lastSaid(row({ last_by: "bot" }))).toBeNull();
  expect(lastSaid({ last_by: "bot" } as InboxRow)).toBeNull();
});
