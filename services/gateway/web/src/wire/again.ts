import { AWAY, Problem } from "./problem";

const FIRST_MS = 2_000;
const MAX_MS = 30_000;
/** So often the pause doubles. */
const DOUBLED_MAX = 4;

/** Tries again by itself what reached nobody: soon at first, then less and less often, and no two at one moment. */
export class Again {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;

  constructor(
    private readonly go: () => void,
    private readonly random: () => number = Math.random,
  ) {}

  /** It failed for this reason; the server may have said when to come again. */
  later(error: unknown): void {
    const askedMs = error instanceof Problem ? error.againInMs : 0;
    const pauseMs = Math.min(MAX_MS, FIRST_MS * 2 ** this.tries) * (0.5 + this.random() / 2);
    this.tries = Math.min(DOUBLED_MAX, this.tries + 1);
    clearTimeout(this.timer);
    this.timer = setTimeout(this.go, Math.max(askedMs, pauseMs));
  }

  /** It succeeded, or is given up. */
  over(): void {
    this.tries = 0;
    clearTimeout(this.timer);
  }
}

/** Why something was not taken: `AWAY` where it may be a moment later, else the code of what refused it. */
export function whyFailed(error: unknown): string {
  if (!(error instanceof Problem)) return AWAY;
  const passes: boolean = error.passes || error.status >= 500 || asksForTime(error);
  return passes ? AWAY : error.code;
}

/** Waits where it goes too fast: what was written later is not to stand before it. */
export async function unhurried<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!asksForTime(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.againInMs));
    }
  }
}

const asksForTime = (error: unknown): error is Problem =>
  error instanceof Problem && error.status === 429 && error.againInMs > 0;
