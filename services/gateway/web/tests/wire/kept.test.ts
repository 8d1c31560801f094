import { afterEach, expect, test, vi } from "vitest";
import { Keep } from "../../src/wire/kept";

/** A browser's database of one record; `break` makes the open ones fail, as a closed one does, `gone` all. */
function browser() {
  const state = { record: undefined as unknown, opened: 0, closed: new Set<object>(), gone: false };
  const database = () => {
    const it = {
      transaction: () => {
        if (state.closed.has(it)) throw new DOMException("closing", "InvalidStateError");
        const reading = { result: state.record, onsuccess: () => undefined };
        const transaction = {
          objectStore: () => ({
            get: () => reading,
            put: (value: unknown) => {
              state.record = value;
            },
          }),
          oncomplete: () => undefined,
        };
        queueMicrotask(() => {
          reading.onsuccess();
          transaction.oncomplete();
        });
        return transaction;
      },
    };
    return it;
  };
  let last: object = {};
  const open = () => {
    const opening = { result: {}, error: null, onsuccess: () => undefined, onerror: () => undefined };
    queueMicrotask(() => {
      if (state.gone) return opening.onerror();
      state.opened += 1;
      opening.result = last = database();
      return opening.onsuccess();
    });
    return opening;
  };
  vi.stubGlobal("indexedDB", { open });
  return {
    state,
    breaks: () => state.closed.add(last),
    goes: () => {
      state.closed.add(last);
      state.gone = true;
    },
  };
}

const remember = (keep: Keep, id: string) =>
  keep.change((kept) => [{ ...kept, ids: [...kept.ids, id] }, kept.ids.includes(id)]);

afterEach(() => vi.unstubAllGlobals());

test("a database that the browser closed is opened again, and nothing of it is lost", async () => {
  const { state, breaks } = browser();
  const keep = new Keep();
  expect(await remember(keep, "a")).toBe(false);
  breaks();
  expect(await remember(keep, "a")).toBe(true);
  expect((await keep.read()).ids).toEqual(["a", "a"]);
  expect(state.opened).toBe(2);
});

test("where it cannot be opened any more, what was known goes on in memory", async () => {
  const { goes } = browser();
  const keep = new Keep();
  await remember(keep, "a");
  goes();
  expect(await remember(keep, "a")).toBe(true);
  expect(await remember(keep, "b")).toBe(false);
  expect((await keep.read()).ids).toEqual(["a", "a", "b"]);
});
