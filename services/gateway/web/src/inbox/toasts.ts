import { signal } from "@preact/signals";
import type { Problem } from "../wire/problem";

const SHOWN_MS = 6_000;
const MOST = 4;

export interface Told {
  id: number;
  what: Problem | string;
  retry: (() => void) | undefined;
}

/** What is told in passing now, the oldest first. */
export const toasts = signal<readonly Told[]>([]);
let last = 0;

/** Sentences go by themselves; refusals stay until they are dismissed or pushed out. */
export function toast(what: Problem | string, retry?: () => void): void {
  last += 1;
  const id = last;
  toasts.value = [...toasts.value, { id, what, retry }].slice(-MOST);
  if (typeof what === "string") setTimeout(() => dismiss(id), SHOWN_MS);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}
