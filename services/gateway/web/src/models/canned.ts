/** A text that all agents share, under its shortcut. */
export interface Canned {
  readonly shortcut: string;
  readonly title: string;
  readonly text: string;
}

/** What is looked for among the replies: what follows a slash that begins the message. Null where nothing is. */
export function slashed(text: string): string | null {
  const match = /^\/(\S*)$/u.exec(text);
  return match === null ? null : (match[1] ?? "").toLowerCase();
}

/** Those that answer it: by the begin of the shortcut first, then by words of the title. */
export function answering<R extends Canned>(replies: readonly R[], wanted: string): R[] {
  const byShortcut = replies.filter((one) => one.shortcut.startsWith(wanted));
  const words = (one: R) => one.title.toLowerCase().split(/\s+/u);
  const byTitle = replies.filter((one) => words(one).some((word) => word.startsWith(wanted)));
  return [...new Set([...byShortcut, ...byTitle])];
}

/** The text with the names in their places; other braces stay as they are. */
export function filledIn(text: string, names: { visitor_name: string; agent_name: string }): string {
  return text.replace(/\{(visitor_name|agent_name)\}/g, (_, name: keyof typeof names) => names[name]);
}
