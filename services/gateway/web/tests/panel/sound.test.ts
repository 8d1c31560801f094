import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ring } from "../../src/panel/sound";

let rang = 0;
let held = false;

/** As browsers have them: who comes while another holds it, gets none. */
const locks = {
  request: async (_: string, __: object, then: (lock: object | null) => unknown) => {
    if (held) return then(null);
    held = true;
    await then({});
    held = false;
  },
};

const part = { connect: () => part, start: () => {}, stop: () => {}, frequency: {}, gain: {} };
const gain = { setValueAtTime: () => {}, exponentialRampToValueAtTime: () => {} };

class Sounds {
  currentTime = 0;
  destination = {};
  createGain = () => ({ ...part, gain });
  createOscillator = () => {
    rang += 1;
    return { ...part, frequency: {}, connect: () => ({ connect: () => {} }) };
  };
}

function tab(focused: boolean, known: object = { locks }): void {
  vi.stubGlobal("document", { hasFocus: () => focused });
  vi.stubGlobal("navigator", { userActivation: { hasBeenActive: true }, ...known });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("AudioContext", Sounds);
  rang = 0;
});

afterEach(async () => {
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("of all tabs one rings, and again for what comes later", async () => {
  tab(false);
  for (const open of [true, false, true]) void ring({ open, quiet: false });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rang).toBe(1);

  await vi.advanceTimersByTimeAsync(2_000);
  void ring({ open: true, quiet: false });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rang).toBe(2);
});

test("none rings while the visitor looks at the panel in one of them", async () => {
  tab(false);
  void ring({ open: true, quiet: false });
  tab(true);
  void ring({ open: true, quiet: false });
  await vi.advanceTimersByTimeAsync(1_000);

  expect(rang).toBe(0);
});

test("a panel that is quiet or was never touched leaves it to the others, and without locks each rings", async () => {
  tab(false);
  void ring({ open: true, quiet: true });
  tab(false, { locks, userActivation: { hasBeenActive: false } });
  void ring({ open: true, quiet: false });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(rang).toBe(0);

  tab(false, {});
  for (const open of [true, false]) void ring({ open, quiet: false });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(rang).toBe(2);
});

test("a tab that is denied locks rings by itself", async () => {
  tab(false, { locks: { request: () => Promise.reject(new DOMException("The request was denied.")) } });
  await Promise.all([ring({ open: true, quiet: false }), vi.advanceTimersByTimeAsync(5_000)]);
  expect(rang).toBe(1);
});
