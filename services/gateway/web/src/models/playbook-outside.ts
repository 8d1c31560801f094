import type { LiveChatCard } from "../wire/types";
import type { Facts } from "./playbook-conditions";

export type OutsideHours = NonNullable<LiveChatCard["outside_hours"]>;
export type OutsideField = "online_message" | "offline_message" | "note";

/** Stands in a text where it names when the hours begin next. */
const OPENS = "{opens}";

/** This text, where it is outside the hours now; null where the usual one is said, as the services decide it. */
export function saidOutside(text: string | null | undefined, { open, opens }: Facts): string | null {
  if (text == null || open || (text.includes(OPENS) && opens === null)) return null;
  return text.replaceAll(OPENS, () => opens ?? "");
}

/** The card with the messages that it says now. */
export function saying(card: LiveChatCard, facts: Facts): LiveChatCard {
  const online = saidOutside(card.outside_hours?.online_message, facts);
  const offline = saidOutside(card.outside_hours?.offline_message, facts);
  return {
    ...card,
    ...(online === null ? {} : { online_message: online, online_body: [] }),
    ...(offline === null ? {} : { offline_message: offline, offline_body: [] }),
  };
}

/** The texts with another one; null where none is left. */
export function withOutside(
  outside: OutsideHours | null | undefined,
  field: OutsideField,
  text: string,
): OutsideHours | null {
  const now = { ...outside, [field]: text === "" ? null : text };
  return now.online_message || now.offline_message || now.note ? now : null;
}
