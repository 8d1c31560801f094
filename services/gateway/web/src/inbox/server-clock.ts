import { signal } from "@preact/signals";
import { surroundings } from "../wire/api";
import { ServerClock } from "../wire/server-clock";

/** How far the server's clock is ahead of this machine's. */
export const aheadMs = signal(0);

/** The clock of this page: what `session` asks goes through it. */
export const serverClock = new ServerClock(surroundings.fetch, Date.now, (ms) => {
  aheadMs.value = ms;
});
