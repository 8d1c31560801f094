/** What the switch says: `lost` is offline because the connection went, and not because somebody wished it. */
export type Presence = "unknown" | "online" | "offline" | "lost";

export interface Seen {
  /** What the agent's row says; null before it is known. */
  online: boolean | null;
  /** What the agent wished last in this browser. */
  wished: boolean;
  /** Whether the socket was cut since the agent was seen online, or the agent was not yet seen online here. */
  cut: boolean;
}

export function presenceOf({ online, wished, cut }: Seen): Presence {
  if (online === null) return "unknown";
  if (online) return "online";
  return wished && cut ? "lost" : "offline";
}
