import { useEffect } from "preact/hooks";

/** Runs it whenever somebody comes back to the page: what it shows may have changed meanwhile. */
export function useOnReturn(run: () => unknown): void {
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") run();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [run]);
}
