import { hasBegun } from "./kept";
import { api, leave } from "./session";
import type { Store } from "./store";
import { tabId } from "./tab";
import { toast } from "./toasts";
import { problemFrom } from "./ui/loaded";

const HOOK_MS = 4_000;

/** Whether something was begun, or is not sent yet, that goes with whoever signs out. */
export function losesBySigningOut(store: Store): boolean {
  return hasBegun(store.me.agent_id) || store.outboxes.hasLeft || store.drafts.hasFile;
}

/** Leaves, or asks first where something would be lost by it. */
export function askToSignOut(store: Store): void {
  if (losesBySigningOut(store)) store.signingOut.value = true;
  else void signOut(store);
}

/** Leaves: whatever is to be done with the session first, offline, and then without a session.
 *
 * Offline also where this screen shows it: who was cut off and leaves is not to come back by being heard again; but only
 * as far as they switched on here: who did so in another browser stays online there. */
export async function signOut(store: Store): Promise<void> {
  const offline = () => api.post("presence/offline", { tab: tabId() }, { patienceMs: HOOK_MS });
  await Promise.all([...store.beforeSignOut, offline].map((hook) => atMost(hook())));
  try {
    await leave();
    store.stop();
  } catch (error) {
    toast(problemFrom(error), () => void signOut(store));
  }
}

/** What fails or hangs holds nobody here. */
async function atMost(work: Promise<unknown>): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, HOOK_MS));
  await Promise.race([work.catch(() => undefined), late]);
}
