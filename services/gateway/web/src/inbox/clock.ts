import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

const second = signal(Date.now());
const minute = signal(Date.now());
let users = 0;
let timer = 0;

function tick(): void {
  second.value = Date.now();
  if (second.value - minute.value >= 15_000) minute.value = second.value;
}

/** The time, and anew each second or each quarter of a minute; one timer for all who ask. */
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
