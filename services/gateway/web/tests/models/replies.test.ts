import { expect, it } from "vitest";
import { mayChange, repliesWith, SHORTCUT, shortcutOf } from "../../src/models/replies";
import type { CannedReply } from "../../src/wire/types";

function reply(shortcut: string, title: string, text: string, author = "ana"): CannedReply {
  return {
    reply_id: shortcut,
    shortcut,
    title,
    text,
    author_id: author,
    author_name: author,
    changed_at: "2026-03-04T10:00:00Z",
    version: 1,
  };
}

it("finds replies by shortcut, title and text", () => {
  const all = [reply("hello", "Greeting", "Hi {visitor_name}"), reply("ship", "Envío", "Three days")];
  const found = (searched: string) => repliesWith(all, searched, "en").map((one) => one.shortcut);
  expect(found("")).toEqual(["hello", "ship"]);
  expect(found("/sh")).toEqual(["ship"]);
  expect(found("GREET")).toEqual(["hello"]);
  expect(found("three")).toEqual(["ship"]);
  expect(found("nothing")).toEqual([]);
});

it("makes shortcuts that may be saved of any title", () => {
  expect(shortcutOf("Olá, João!")).toBe("ola-joao");
  expect(shortcutOf("日本")).toBe("");
  for (const title of ["A very long title that goes on", " -- x ", "É"]) {
    expect(shortcutOf(title)).toMatch(new RegExp(`^${SHORTCUT}$`, "v"));
  }
});

it("lets authors and owners change them", () => {
  const one = reply("hello", "Greeting", "Hi");
  expect(mayChange(one, { agent_id: "ana", role: "agent" })).toBe(true);
  expect(mayChange(one, { agent_id: "ben", role: "editor" })).toBe(false);
  expect(mayChange(one, { agent_id: "ben", role: "owner" })).toBe(true);
});
