import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { askUntil } from "../../src/models/asking";
import { localOf, tomorrow, utcOf } from "../../src/models/due";
import { type Done, mayEdit, mayRemove, notesNow, notTold } from "../../src/models/notes";
import { listed, withFirst, withMore } from "../../src/models/paging";
import type { Note } from "../../src/wire/types";

const itself = (item: number) => String(item);

describe("a list that is paged", () => {
  it("shows each item once, newest first, however it grows between the pages", () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(ids, fc.uniqueArray(fc.integer({ min: 61, max: 99 }), { maxLength: 9 }), (old, more) => {
        const newest = [...old].sort((a, b) => b - a);
        const grown = [...more].sort((a, b) => b - a).concat(newest);
        const cut = Math.ceil(newest.length / 2);
        let list = listed({ items: newest.slice(0, cut), next: "further" });
        list = withFirst(list, { items: grown.slice(0, cut), next: "x" }, itself);
        list = withMore(list, { items: newest.slice(cut), next: null }, itself);
        expect(new Set(list.items).size).toBe(list.items.length);
        expect([...list.items].sort((a, b) => b - a)).toEqual(list.items);
      }),
    );
  });

  it("keeps further pages when the first is read again", () => {
    const list = withMore(listed({ items: [5, 4, 3], next: "a" }), { items: [2, 1], next: "b" }, itself);
    expect(withFirst(list, { items: [6, 5, 4], next: "z" }, itself)).toEqual({
      items: [6, 5, 4, 3, 2, 1],
      next: "b",
    });
    expect(withFirst(list, { items: [9, 8, 7], next: "z" }, itself)).toEqual({ items: [9, 8, 7], next: "z" });
    expect(withFirst(list, { items: [5, 4] }, itself)).toEqual({ items: [5, 4], next: null });
  });
});

describe("notes", () => {
  const note = (id: string, text = id, by = "me"): Note => ({
    note_id: id,
    text,
    by,
    by_name: "Me",
    created_at: "2026-03-04T10:00:00Z",
    edited_at: null,
  });
  const done: Done[] = [
    { do: "added", note: note("b"), version: 2 },
    { do: "edited", note_id: "a", text: "other", at: "2026-03-04T11:00:00Z", version: 3 },
    { do: "removed", note_id: "b", version: 4 },
  ];

  it("show what was done here before a read tells it, and the same afterwards", () => {
    const after = [{ ...note("a", "other"), edited_at: "2026-03-04T11:00:00Z" }];
    expect(notesNow([note("a")], 1, done)).toEqual(after);
    expect(notesNow([note("b"), note("a")], 2, done)).toEqual(after);
    expect(notesNow(after, 4, done)).toEqual(after);
    expect(notTold(done, 3)).toEqual([done[2]]);
  });

  it("are changed by their author alone, and removed by an owner too", () => {
    const theirs = note("a", "a", "ben");
    expect(mayEdit(theirs, { agent_id: "ana", role: "owner" })).toBe(false);
    expect(mayRemove(theirs, { agent_id: "ana", role: "owner" })).toBe(true);
    expect(mayRemove(theirs, { agent_id: "ana", role: "editor" })).toBe(false);
    expect(mayEdit(theirs, { agent_id: "ben", role: "agent" })).toBe(true);
  });
});

describe("a due time", () => {
  it("is the same moment in UTC that the person's clock shows", () => {
    const moments = fc.date({
      min: new Date("2001-01-01"),
      max: new Date("2199-01-01"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, (moment) => {
        const local = localOf(moment);
        expect(localOf(new Date(utcOf(local) ?? ""))).toBe(local);
        expect(utcOf(local)).toMatch(/Z$/);
      }),
    );
  });

  it("is none where there is no such moment", () => {
    for (const text of ["", "2026-13-40T10:00", "1999-01-01T10:00", "2026-03-04", "tomorrow"]) {
      expect(utcOf(text), text).toBeNull();
    }
    const now = new Date("2026-03-04T10:20:00Z");
    expect(tomorrow(now).toISOString()).toBe("2026-03-05T11:00:00.000Z");
  });
});

describe("what follows a moment later", () => {
  function around() {
    let at = 0;
    const sleep = async (ms: number) => {
      at += ms;
    };
    return { now: () => at, sleep };
  }
  const patience = { firstMs: 100, maxMs: 400, forMs: 2_000 };

  it("is asked for until it is there", async () => {
    let asked = 0;
    const ask = async () => {
      asked += 1;
      if (asked < 3) throw new Error("not yet");
      return asked;
    };
    expect(
      await askUntil(
        ask,
        (n) => n === 5,
        () => true,
        patience,
        around(),
      ),
    ).toBe(5);
  });

  it("is given up when patience is over, with the last answer or failure", async () => {
    expect(
      await askUntil(
        async () => 1,
        () => false,
        () => false,
        patience,
        around(),
      ),
    ).toBe(1);
    const refuse = async () => {
      throw new Error("gone");
    };
    await expect(
      askUntil(
        refuse,
        () => true,
        () => true,
        patience,
        around(),
      ),
    ).rejects.toThrow("gone");
  });

  it("raises at once what will not pass", async () => {
    let asked = 0;
    const refuse = async () => {
      asked += 1;
      throw new Error("forbidden");
    };
    await expect(
      askUntil(
        refuse,
        () => true,
        () => false,
        patience,
        around(),
      ),
    ).rejects.toThrow("forbidden");
    expect(asked).toBe(1);
  });
});
