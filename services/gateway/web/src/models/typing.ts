/** So long somebody counts as writing after the last sign of it. */
export const TYPING_SHOWN_MS = 6_000;
/** Whoever goes on writing says so again after this time. */
export const TYPING_EVERY_MS = 3_000;
/** The server relays one sign in two seconds, and drops what comes before that. */
export const TYPING_APART_MS = 2_100;

/** Who writes now, by id (`visitor` for the visitor), and until when that is to be believed. */
export type Typists = ReadonlyMap<string, number>;

export function typed(typists: Typists, who: string, typing: boolean, now: number): Typists {
  const next = new Map(typists);
  if (typing) next.set(who, now + TYPING_SHOWN_MS);
  else next.delete(who);
  return next;
}

export function typingNow(typists: Typists, now: number): string[] {
  return [...typists].filter(([, until]) => until > now).map(([who]) => who);
}

/** The last sign of one's own, and when it was sent. */
export interface Sign {
  readonly typing: boolean;
  readonly at: number;
}

/** In how many ms a sign of one's own is to be sent, 0 for now; null where there is nothing to tell. */
export function signIn(last: Sign | null, typing: boolean, now: number): number | null {
  if (last === null) return typing ? 0 : null;
  if (last.typing === typing) return typing && now - last.at >= TYPING_EVERY_MS ? 0 : null;
  return Math.max(0, last.at + TYPING_APART_MS - now);
}
