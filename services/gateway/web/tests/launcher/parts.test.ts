import { expect, test, vi } from "vitest";
import { type Livechat, livechat } from "../../src/launcher/commands";
import { keeper } from "../../src/launcher/kept";

type How = "open" | "full" | "shut";

/** A site's storage; `full` refuses to write, `shut` refuses everything. */
function storage(told: How | (() => How) = "open", held = new Map<string, string>()) {
  return () => {
    const how = typeof told === "string" ? told : told();
    if (how === "shut") throw new DOMException("no", "SecurityError");
    return new Proxy({} as Record<string, string>, {
      get: (_, key: string) => held.get(key),
      set: (_, key: string, value: string) => {
        if (how === "full") throw new DOMException("no", "QuotaExceededError");
        held.set(key, value);
        return true;
      },
      deleteProperty: (_, key: string) => {
        held.delete(key);
        return true;
      },
    });
  };
}

test("what is kept is there for the next page, and what other tabs wrote stays", () => {
  const held = new Map<string, string>();
  const one = keeper("key", storage("open", held));
  const other = keeper("key", storage("open", held));
  one({ draft: "hello" });
  other({ greeted: 1 });

  expect(one()).toEqual({ draft: "hello", greeted: 1 });
  one({ draft: undefined });
  expect(other()).toEqual({ greeted: 1 });
  one(null);
  expect(other()).toEqual({});
  expect(held.size).toBe(0);
});

test("a storage that is full or forbidden is made up for by memory", () => {
  for (const how of ["full", "shut"] as const) {
    const kept = keeper("key", storage(how));
    kept({ draft: "hello" });
    kept({ greeted: 1 });
    expect(kept()).toEqual({ draft: "hello", greeted: 1 });
    kept(null);
    expect(kept()).toEqual({});
  }
});

test("what was kept stays readable once the storage is full", () => {
  const held = new Map([["key", '{"visit":{"session":"s"}}']]);
  const kept = keeper("key", storage("full", held));

  expect(kept({ draft: "x" })).toEqual({ visit: { session: "s" }, draft: "x" });
  expect(kept({ draft: undefined }).draft).toBeUndefined();
});

test("what was kept is taken away also once the storage is full", () => {
  const held = new Map([["key", '{"visit":{"session":"s"}}']]);
  const kept = keeper("key", storage("full", held));
  kept({ draft: "x" });

  kept(null);

  expect(kept()).toEqual({});
  expect(held.size).toBe(0);
});

test("what found no room is kept with the next change that does, beside what other tabs wrote", () => {
  const held = new Map([["key", '{"seen":1}']]);
  let how: How = "full";
  const kept = keeper(
    "key",
    storage(() => how, held),
  );
  kept({ draft: "x" });
  keeper("key", storage("open", held))({ seen: 2 });
  expect(kept()).toEqual({ seen: 2, draft: "x" });

  how = "open";
  kept({ greeted: 1 });

  expect(JSON.parse(held.get("key") ?? "")).toEqual({ seen: 2, draft: "x", greeted: 1 });
});

test("what found no room is dropped, and what the next visitor keeps is left alone", () => {
  const held = new Map<string, string>();
  const kept = keeper("key", storage("full", held));
  kept({ draft: "x" });
  keeper("key", storage("open", held))({ visit: "next" });

  kept(false);

  expect(kept()).toEqual({ visit: "next" });
  expect(JSON.parse(held.get("key") ?? "")).toEqual({ visit: "next" });
});

test("somebody else's text under our key is written over", () => {
  const held = new Map([["key", "not json"]]);

  expect(keeper("key", storage("open", held))({ greeted: 1 })).toEqual({ greeted: 1 });
  expect(JSON.parse(held.get("key") ?? "")).toEqual({ greeted: 1 });
});

test("commands that were queued before the script came are run in their order, and unknown ones wait", () => {
  const done: unknown[] = [];
  const commands = { open: () => done.push("open"), identify: (jwt: unknown) => done.push(jwt) };
  // As a page's stub has it: the arguments of each call.
  const stub = vi.fn() as unknown as Livechat;
  stub.q = [["identify", "a.b.c"], ["open"], ["dance"]];
  const page = { livechat: stub };
  livechat(page, commands);

  expect(done).toEqual(["a.b.c", "open"]);
  page.livechat("open");
  expect(done).toHaveLength(3);
  expect(page.livechat.on).toBe(true);
  livechat(page, { dance: () => done.push("dance") });
  expect(done.at(-1)).toBe("dance");
});

test("what is called while it waits for a consent is done once that is given, in its order", () => {
  const done: unknown[] = [];
  const begin = () => livechat(page, { open: () => done.push("open"), identify: (jwt) => done.push(jwt) });
  const page: { livechat?: Livechat } = {};
  livechat(page, { consent: (given) => given === "granted" && begin() });

  page.livechat?.("identify", "a.b.c");
  page.livechat?.("open");
  page.livechat?.("consent", "denied");
  expect(done).toEqual([]);
  page.livechat?.("consent", "granted");

  expect(done).toEqual(["a.b.c", "open"]);
});

test("reading keeps nothing", () => {
  const held = new Map<string, string>();

  expect(keeper("key", storage("open", held))()).toEqual({});
  expect(held.size).toBe(0);
});
