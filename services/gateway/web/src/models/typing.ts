/** So long somebody counts as writing after the last sign of it. */
export const TYPING_SHOWN_MS = 6_000;
/** Own signs are sent no more often than this: the server relays one in two seconds. */
export const TYPING_EVERY_MS = 3_000;

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

/** Whether a sign of one's own is to be sent now. */
export function signs(lastAt: number | null, typing: boolean, now: number): boolean {
  if (!typing) return lastAt !== null;
  return lastAt === null || now - lastAt >= TYPING_EVERY_MS;
}
