/** What the editor needs of the clock; replaced in tests. */
export interface Timers {
  set: (run: () => void, ms: number) => number;
  clear: (timer: number) => void;
}

export const timers: Timers = {
  set: (run, ms) => setTimeout(run, ms) as unknown as number,
  clear: (timer) => clearTimeout(timer),
};
