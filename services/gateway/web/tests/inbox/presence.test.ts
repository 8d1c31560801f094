import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { Switch } from "../../src/inbox/presence";
import { turning } from "../../src/inbox/shell/turning";
import type { Store } from "../../src/inbox/store";
import type { Api } from "../../src/wire/api";

/** A switch, and what it asked of the services. */
function agent(online: boolean | null) {
  const asked: string[] = [];
  const api = { post: async (path: string) => asked.push(path) } as unknown as Api;
  const it = new Switch(api, "ana", signal(online));
  it.sees("row");
  return { it, asked };
}

test("going offline with open conversations is asked about first, wherever the switch is turned over", async () => {
  const { it, asked } = agent(true);
  await it.flip(2);
  expect([asked, it.leaving.value]).toEqual([[], { open: 2 }]);
  await it.turn(false);
  expect([asked, it.leaving.value]).toEqual([["presence/offline"], null]);
});

test("it is asked as well while nobody has counted them, wherever the switch is turned over", async () => {
  const { it, asked } = agent(true);
  let count: number | null = null;
  const store = { presence: it, count: () => count } as unknown as Store;
  const { flip } = turning({ store, toast: () => undefined });
  flip();
  expect([asked, it.leaving.value]).toEqual([[], { open: null }]);
  count = 0;
  flip();
  await expect.poll(() => asked).toEqual(["presence/offline"]);
});

test("without open conversations it is turned over at once, and not before it is known how it stands", async () => {
  const leaving = agent(true);
  await leaving.it.flip(0);
  expect(leaving.asked).toEqual(["presence/offline"]);
  const unknown = agent(null);
  await unknown.it.flip(0);
  expect(unknown.asked).toEqual([]);
});
