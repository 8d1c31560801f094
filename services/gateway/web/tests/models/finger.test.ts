import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Finger, LINGERS_MS, TOUCHES_MAX_MS } from "../../src/models/finger";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function list() {
  const told: boolean[] = [];
  return { finger: new Finger((there) => told.push(there)), told };
}

test("a finger holds a list from the first contact until its tap has ended", () => {
  const { finger, told } = list();
  finger.touches();
  expect(told).toEqual([true]);
  vi.advanceTimersByTime(3_000);
  finger.leaves();
  vi.advanceTimersByTime(LINGERS_MS - 1);
  expect(told).toEqual([true]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([true, false]);
});

test("two taps hold it once, and it is held as long as it scrolls behind a finger that has left", () => {
  const { finger, told } = list();
  finger.touches();
  finger.leaves();
  vi.advanceTimersByTime(LINGERS_MS - 1);
  finger.touches();
  finger.leaves();
  for (let times = 0; times < 10; times += 1) {
    vi.advanceTimersByTime(LINGERS_MS - 1);
    finger.scrolls();
  }
  expect(told).toEqual([true]);
  vi.advanceTimersByTime(LINGERS_MS);
  expect(told).toEqual([true, false]);
});

test("a finger that rests amid a scroll holds it, and one of which nothing is heard is gone in the end", () => {
  const { finger, told } = list();
  finger.touches();
  finger.scrolls();
  vi.advanceTimersByTime(TOUCHES_MAX_MS - 1);
  finger.touches();
  vi.advanceTimersByTime(TOUCHES_MAX_MS - 1);
  expect(told).toEqual([true]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([true, false]);
});

test("what scrolls by a wheel or by itself holds nothing, nor does the end of a touch from elsewhere", () => {
  const { finger, told } = list();
  finger.scrolls();
  finger.leaves();
  vi.runAllTimers();
  expect(told).toEqual([]);
});

test("a list that is left tells nothing more", () => {
  const { finger, told } = list();
  finger.touches();
  finger.stop();
  vi.runAllTimers();
  expect(told).toEqual([true]);
});
