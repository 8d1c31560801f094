import { afterEach, expect, test, vi } from "vitest";
import { readKept } from "../../src/models/kept";
import { heard } from "../../src/panel/heard";
import { Store } from "../../src/panel/state";

afterEach(() => vi.useRealTimers());

test("the place in line is kept with its chat, and the newest one counts", () => {
  const store = new Store(readKept({}), true);
  heard({ store }, { type: "queue", conversation_id: "c1", position: 3 });
  heard({ store }, { type: "queue", conversation_id: "c1", position: 2 });

  expect(store.state.place).toEqual({ chat: "c1", position: 2 });
});

test("an agent writes until they stop, or for a while where that is not heard", () => {
  vi.useFakeTimers();
  const store = new Store(readKept({}), true);
  const typing = (typing: boolean, by = "agent") =>
    heard({ store }, { type: "typing", conversation_id: "c1", by, typing });

  typing(true, "visitor");
  expect(store.state.typing).toBe(false);
  typing(true);
  expect(store.state.typing).toBe(true);
  typing(false);
  expect(store.state.typing).toBe(false);
  typing(true);
  vi.advanceTimersByTime(5_999);
  expect(store.state.typing).toBe(true);
  vi.advanceTimersByTime(1);
  expect(store.state.typing).toBe(false);
});
