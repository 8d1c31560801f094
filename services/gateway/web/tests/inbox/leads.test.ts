import { expect, test } from "vitest";
import { type Kind, Leads } from "../../src/inbox/leads/kept";
import type { Api } from "../../src/wire/api";
import { Problem } from "../../src/wire/problem";

/** A server with leads, newest first, whose pages are as long as they are asked for. */
function served(count: number, kind: Kind = "lead") {
  const server = {
    ids: Array.from({ length: count }, (_, at) => `lead-${count - at}`),
    asked: [] as [path: string, limit: number][],
    away: false,
    add: () => server.ids.unshift(`lead-${server.ids.length + 1}`),
  };
  const get = (address: string) => {
    const [path = "", search] = address.split("?");
    const query = new URLSearchParams(search);
    const limit = Number(query.get("limit"));
    server.asked.push([path, limit]);
    if (server.away) return Promise.reject(new Problem(500, "unexpected", ""));
    const from = server.ids.indexOf(query.get("cursor") ?? "") + 1;
    const items = server.ids.slice(from, from + limit).map((outcome_id) => ({ outcome_id }));
    const next = from + limit < server.ids.length ? (items.at(-1)?.outcome_id ?? null) : null;
    return Promise.resolve({ items, next });
  };
  const leads = new Leads({ get } as unknown as Api, kind);
  return { server, leads, ids: () => leads.items.value?.map((one) => one.outcome_id) };
}

test("leads are read page by page, newest first", async () => {
  const { server, leads, ids } = served(40);
  expect(leads.items.value).toBeNull();

  await leads.read();
  expect([ids()?.length, ids()?.[0], leads.hasMore.value]).toEqual([30, "lead-40", true]);
  await leads.more();
  expect([ids(), leads.hasMore.value]).toEqual([server.ids, false]);
});

test("deals and activities are read where they are", async () => {
  for (const [kind, path] of [
    ["deal", "crm/deals"],
    ["activity", "crm/activities"],
  ] as const) {
    const { server, leads } = served(1, kind);
    await leads.read();
    expect(server.asked).toEqual([[path, 30]]);
  }
});

test("newer ones are offered, and shown when asked for, with all that was shown before", async () => {
  const { server, leads, ids } = served(40);
  await leads.read();
  await leads.more();
  const before = ids();
  await leads.look();
  expect(leads.newer.value).toBe(false);

  server.add();
  server.asked = [];
  await leads.look();
  expect(server.asked).toEqual([["crm/leads", 1]]);
  expect([leads.newer.value, ids()]).toEqual([true, before]);

  await leads.read();
  expect([leads.newer.value, leads.hasMore.value, ids()]).toEqual([false, false, server.ids]);
});

test("where none is shown, the first one is at once", async () => {
  const { server, leads, ids } = served(0);
  await leads.read();
  expect(ids()).toEqual([]);

  server.add();
  await leads.look();
  expect([leads.newer.value, ids()]).toEqual([false, ["lead-1"]]);
});

test("what could not be read says why until it can be, by a retry or by the next look", async () => {
  const { server, leads, ids } = served(2);
  server.away = true;
  await leads.read();
  expect([leads.items.value, leads.problem.value?.status]).toEqual([null, 500]);

  server.away = false;
  await leads.look();
  expect([ids(), leads.problem.value]).toEqual([server.ids, null]);
});

test("a look that fails says nothing, and leaves what is shown", async () => {
  const { server, leads, ids } = served(2);
  await leads.read();
  server.away = true;
  server.add();

  await leads.look();
  expect([leads.problem.value, leads.newer.value, ids()?.length]).toEqual([null, false, 2]);
  server.away = false;
  await leads.look();
  expect(leads.newer.value).toBe(true);
});

test("one look at a time", async () => {
  const { server, leads } = served(2);
  await leads.read();
  await Promise.all([leads.look(), leads.look()]);
  expect(server.asked).toHaveLength(2);
});
