import type { Inbox } from "../context";
import { problemFrom } from "../ui/loaded";

/** The agent's switch as the page and the keyboard turn it: a refusal is told, with a way to try again. */
export function turning({ store, toast }: Pick<Inbox, "store" | "toast">) {
  const told = (turned: () => Promise<void>): void => {
    turned().catch((error: unknown) => toast(problemFrom(error), () => told(turned)));
  };
  return {
    turn: (online: boolean) => told(() => store.presence.turn(online)),
    flip: () => told(() => store.presence.flip(store.count("mine"))),
  };
}
