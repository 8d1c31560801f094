import { useEffect, useState } from "preact/hooks";
import { says } from "./says";

/** How long the visitor still waits; it is seen, and not read out each second. */
export function TimeLeft({ until }: { until: string }) {
  const [now, tick] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.ceil((Date.parse(until) - now) / 1_000));
  const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return (
    <p class="hint" role="timer" aria-live="off">
      {says("left", { time })}
    </p>
  );
}
