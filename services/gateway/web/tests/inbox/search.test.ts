import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Search } from "../../src/inbox/lists/search";
import type { Api, Asking } from "../../src/wire/api";
import { Problem } from "../../src/wire/problem";

interface Asked {
  query: URLSearchParams;
  signal: AbortSignal | undefined;
  answer: (ids: readonly string[], next?: string) => Promise<void>;
  refuse: () => Promise<void>;
}

/** A search whose requests wait until the test answers them. */
function looking() {
  const asked: Asked[] = [];
  const get = (path: string, asking: Asking) =>
    new Promise((resolve, reject) => {
      const settled = async (settle: () => void) => {
        settle();
        await vi.advanceTimersByTimeAsync(0);
      };
      asked.push({
        query: new URLSearchParams(path.split("?")[1]),
        signal: asking.signal,
        answer: (ids, next) =>
          settled(() => resolve({ items: ids.map((conversation_id) => ({ conversation_id })), next })),
        refuse: () => settled(() => reject(new Problem(0, "away", ""))),
      });
    });
  const search = new Search({ get } as unknown as Api);
  const type = async (words: string, folder: string | null = null) => {
    search.type(words, folder);
    await vi.advanceTimersByTimeAsync(300);
  };
  const last = () => asked[asked.length - 1] as Asked;
  const ids = () => search.found.value?.items.map((one) => one.conversation_id);
  return { search, asked, last, type, ids };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("the search before is ended, and what it still answers is not shown", async () => {
  const { search, asked, last, type, ids } = looking();
  await type("pal");
  const before = last();
  await type("pallets");
  expect(before.signal?.aborted).toBe(true);
  await last().answer(["new"]);
  await before.answer(["old"]);
  expect(ids()).toEqual(["new"]);
  await type("pallet");
  const ended = last();
  await type("");
  expect([ended.signal?.aborted, search.found.value]).toEqual([true, null]);
  await ended.refuse();
  expect([search.found.value, asked.length]).toEqual([null, 3]);
});

test("the same words in another folder are another search", async () => {
  const { search, last, type, ids } = looking();
  await type("pallets", "mine");
  const mine = last();
  await type("pallets");
  await last().answer(["everywhere"]);
  await mine.answer(["mine"]);
  expect(ids()).toEqual(["everywhere"]);
  void search.within("closed");
  expect(last().query.get("folder")).toBe("closed");
  expect(search.found.value?.folder).toBe("closed");
  await type("pallets");
  expect(last().query.get("folder")).toBeNull();
});

test("it is read on while too few are shown and there is more, and not after a refusal", async () => {
  const { search, asked, last, type, ids } = looking();
  await type("pallets", "mine");
  await last().answer([], "after-1");
  expect(search.found.value).toMatchObject({ items: [], busy: false, next: "after-1" });
  void search.fill(0);
  expect(Object.fromEntries(last().query)).toMatchObject({ folder: "mine", cursor: "after-1" });
  await last().answer(["one"], "after-2");
  void search.fill(50);
  expect(asked).toHaveLength(2);
  void search.fill(1);
  await last().refuse();
  void search.fill(1);
  expect(asked).toHaveLength(3);
  void search.more();
  await last().answer(["two"]);
  void search.fill(2);
  expect([ids(), asked.length]).toEqual([["one", "two"], 4]);
});
