/** How long to wait for what follows a moment later. */
export interface Patience {
  firstMs: number;
  maxMs: number;
  forMs: number;
}

export const SOON: Patience = { firstMs: 250, maxMs: 1_500, forMs: 12_000 };

/** What the machine gives; replaced in tests. */
export interface Clock {
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

export const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Asks until the answer is there: reads follow commands a moment later. A failure that `later` takes for “not yet” is asked
 * again as well. When patience is over, the last answer counts, whatever it is.
 */
export async function askUntil<Answer>(
  ask: () => Promise<Answer>,
  isThere: (answer: Answer) => boolean,
  later: (failure: unknown) => boolean = () => false,
  patience: Patience = SOON,
  around: Clock = clock,
): Promise<Answer> {
  const until = around.now() + patience.forMs;
  for (let waitMs = patience.firstMs; ; waitMs = Math.min(1.6 * waitMs, patience.maxMs)) {
    const last = around.now() + waitMs >= until;
    try {
      const answer = await ask();
      if (last || isThere(answer)) return answer;
    } catch (failure) {
      if (last || !later(failure)) throw failure;
    }
    await around.sleep(waitMs);
  }
}
