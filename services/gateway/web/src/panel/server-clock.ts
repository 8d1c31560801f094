import { type Api, surroundings } from "../wire/api";
import { ServerClock } from "../wire/server-clock";

/** The clock of whoever answers the panel: once a chat is loaded, all that is asked goes through it. */
export const serverClock = new ServerClock(surroundings.fetch);
surroundings.fetch = serverClock.fetch;

/** Has an answer tell the time, where none has yet. */
export async function readClock(api: Api): Promise<void> {
  if (serverClock.known) return;
  api.forgetToken();
  // Without an answer, this machine's clock is all that there is.
  await api.token().catch(() => undefined);
}
