const AT_END_PX = 80;

/** What of a list is on the screen. */
export interface Scrolled {
  scrollTop: number;
  scrollHeight: number;
  clientHeight: number;
}

/**
 * Whether one looks at the end after a scroll event. Our own scrolling to the end is told late, when what is shown may
 * have grown again: only who has gone up since has left the end.
 */
export function looksAtEnd(did: boolean, before: number, now: Scrolled): boolean {
  return isAtEnd(now) || (did && now.scrollTop >= before);
}

function isAtEnd({ scrollTop, scrollHeight, clientHeight }: Scrolled): boolean {
  return scrollHeight - scrollTop - clientHeight < AT_END_PX;
}
