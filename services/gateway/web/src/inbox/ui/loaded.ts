import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { AWAY, Problem } from "../../wire/problem";

export interface Loaded<T> {
  value: T | null;
  problem: Problem | null;
  /** Loads it again; what is there stays until the new is. */
  again: () => Promise<void>;
  set: (value: T) => void;
}

/** What `load` gives, loaded anew when `key` changes; an answer that comes after that is dropped. */
export function useLoaded<T>(key: string, load: () => Promise<T>): Loaded<T> {
  const [held, setHeld] = useState<{ key: string; value: T | null; problem: Problem | null }>({
    key,
    value: null,
    problem: null,
  });
  const latest = useRef({ key, load });
  latest.current = { key, load };
  const again = useCallback(async () => {
    const asked = latest.current;
    try {
      const value = await asked.load();
      if (latest.current.key === asked.key) setHeld({ key: asked.key, value, problem: null });
    } catch (error) {
      if (latest.current.key !== asked.key) return;
      const problem = problemFrom(error);
      setHeld((now) => ({ key: asked.key, value: now.key === asked.key ? now.value : null, problem }));
    }
  }, []);
  useEffect(() => void again(), [key, again]);
  const set = useCallback((value: T) => setHeld({ key: latest.current.key, value, problem: null }), []);
  const current = held.key === key ? held : { value: null, problem: null };
  return { value: current.value, problem: current.problem, again, set };
}

/** Whatever was thrown, as a problem that can be shown. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, error instanceof TypeError ? AWAY : "unexpected", "");
}
