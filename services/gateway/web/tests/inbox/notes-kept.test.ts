import { expect, test } from "vitest";
import { Notes } from "../../src/inbox/details/notes-kept";
import { keepOnly } from "../../src/inbox/kept";
import { Api, surroundings } from "../../src/wire/api";

const ANA = "a0000000-0000-4000-8000-000000000001";
const KEPT = `note.${ANA}.chat`;

test("what an edited note is to say stays until it is saved, and what was typed meanwhile after it", async () => {
  keepOnly(ANA);
  const fetch = async () => Response.json({ stream: "s", version: 2, ids: {} });
  const api = new Api(null, { ...surroundings, fetch });
  api.take({ token: "token", token_expires_at: "" });
  const notes = new Notes(api, "chat", KEPT);
  notes.edits("first", "Was here before");
  const reloaded = new Notes(api, "chat", KEPT);
  expect([...reloaded.editing.value, reloaded.draft.value, reloaded.isWriting]).toEqual([
    ["first", "Was here before"],
    "",
    true,
  ]);

  const saving = notes.edit("first", "Was here before");
  notes.edits("first", "Was here before, twice");
  await saving;
  expect(notes.editing.value.get("first")).toBe("Was here before, twice");
  await notes.edit("first", "Was here before, twice");
  expect([notes.isWriting, new Notes(api, "chat", KEPT).isWriting]).toEqual([false, false]);
});
