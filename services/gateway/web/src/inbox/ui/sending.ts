import { useState } from "preact/hooks";
import type { Problem } from "../../wire/problem";
import { problemFrom } from "./loaded";

export interface Sending {
  busy: boolean;
  /** Why the last try failed. */
  problem: Problem | null;
  /** Runs it, one at a time; says whether it succeeded. */
  send: (run: () => Promise<void>) => Promise<boolean>;
}

/** A command of a form or dialog: it is busy, and afterwards done or refused. */
export function useSending(): Sending {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async (run: () => Promise<void>) => {
    if (busy) return false;
    setBusy(true);
    setProblem(null);
    try {
      await run();
      return true;
    } catch (error) {
      setProblem(problemFrom(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, send };
}
