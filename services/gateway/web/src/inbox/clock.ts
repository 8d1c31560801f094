import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { serverClock } from "./server-clock";

const second = signal(serverClock.now());
const minute = signal(serverClock.now());
let users = 0;
let timer = 0;

function tick(): void {
  second.value = serverClock.now();
  // A clock that was wrong may also have been ahead.
  if (Math.abs(second.value - minute.value) >= 15_000) minute.value = second.value;
}

/** The time by the server's clock, and anew each second or each quarter of a minute; one timer for all who ask. */
export function useNow(step: "second" | "minute" = "minute"): number {
  useEffect(() => {
    users += 1;
    if (users === 1) {
      tick();
      timer = setInterval(tick, 1_000);
    }
    return () => {
      users -= 1;
      if (users === 0) clearInterval(timer);
    };
  }, []);
  return (step === "second" ? second : minute).value;
}
