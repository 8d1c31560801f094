import { useEffect, useState } from "preact/hooks";
import type { Panel } from "./panel";
import { Place } from "./place";
import { says } from "./says";
import { readClock, serverClock } from "./server-clock";

/**
 * How long the visitor still waits, by the clock that ends it; it is seen, and not read out each second. Where they stand
 * in line comes before it, once that was told.
 */
export function TimeLeft({ until, panel }: { until: string; panel: Panel }) {
  const [now, tick] = useState(serverClock.now());
  useEffect(() => {
    const look = () => tick(serverClock.now());
    const timer = setInterval(look, 1_000);
    void readClock(panel.visiting.api).then(look);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.ceil((Date.parse(until) - now) / 1_000));
  const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return (
    <>
      <Place panel={panel} />
      <p class="hint" role="timer" aria-live="off">
        {says("left", { time })}
      </p>
    </>
  );
}
