import { signal } from "@preact/signals";
import type { Open } from "./open";

/** The conversation that is shown now, for keys and commands that are not of its own view. */
export const openNow = signal<Open | null>(null);
