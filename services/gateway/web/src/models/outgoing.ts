/** A file that a message brings: `token` once the server keeps it. */
export interface OutgoingFile {
  name: string;
  size: number;
  token: string | null;
}

/**
 * A message of one's own until it stands in the conversation. `key` makes it safe to send again; `after` is the version
 * that the screen had when it was written, or when the message before it arrived.
 */
export interface Outgoing {
  key: string;
  text: string;
  writtenAt: number;
  after: number;
  state: "waiting" | "sending" | "accepted" | "failed";
  /** It was sent before, and may have arrived without an answer. */
  tried: boolean;
  /** The code of the problem that it failed with last; also while what reached nobody is tried again by itself. */
  why: string | null;
  messageId: string | null;
  file: OutgoingFile | null;
}

/** Oldest first. */
export type Outbox = readonly Outgoing[];

/** A message of one's own that stands in the conversation. */
export interface Standing {
  messageId: string;
  version: number;
  text: string;
}

export interface Written {
  key: string;
  text: string;
  writtenAt: number;
  after: number;
  file?: OutgoingFile | null;
}

export function wrote(outbox: Outbox, { file = null, ...written }: Written): Outbox {
  return [...outbox, { ...written, file, state: "waiting", tried: false, why: null, messageId: null }];
}

/** What is to be sent now: one at a time, in the order of writing. One that nobody could take keeps back the rest. */
export function next(outbox: Outbox): Outgoing | null {
  for (const one of outbox) {
    if (one.state === "sending" || (one.state === "failed" && one.why === AWAY)) return null;
    if (one.state === "waiting") return one;
  }
  return null;
}

/** Why a message failed that reached nobody; any other problem is a refusal. */
export const AWAY = "away";

export function sending(outbox: Outbox, key: string): Outbox {
  return changed(outbox, key, { state: "sending", tried: true });
}

export function uploaded(outbox: Outbox, key: string, token: string | null): Outbox {
  return outbox.map((one) => (one.key === key && one.file ? { ...one, file: { ...one.file, token } } : one));
}

export function accepted(outbox: Outbox, key: string, messageId: string): Outbox {
  return changed(outbox, key, { state: "accepted", messageId, why: null });
}

export function failed(outbox: Outbox, key: string, why: string): Outbox {
  return changed(outbox, key, { state: "failed", why });
}

/** Somebody has this one tried again. */
export function retried(outbox: Outbox, key: string): Outbox {
  return outbox.map((one) =>
    one.key === key && one.why
      ? { ...one, state: one.state === "failed" ? "waiting" : one.state, why: null }
      : one,
  );
}

/** What reached nobody is to be tried again by itself; until it arrives, it is still what was not sent. */
export function again(outbox: Outbox): Outbox {
  if (!outbox.some(isAway)) return outbox;
  return outbox.map((one) => (isAway(one) ? { ...one, state: "waiting" } : one));
}

/** Without those that reached nobody and are kept no more; a file without its token never was. */
export function stillKept(outbox: Outbox, kept: readonly string[]): Outbox {
  const left = outbox.filter((one) => !isAway(one) || one.file?.token === null || kept.includes(one.key));
  return left.length < outbox.length ? left : outbox;
}

const isAway = (one: Outgoing) => one.state === "failed" && one.why === AWAY;

/** What the screen says of it. */
export function told(one: Outgoing): "failed" | "waiting" | "sending" {
  if (one.why) return "failed";
  return one.state === "waiting" ? "waiting" : "sending";
}

export function dropped(outbox: Outbox, key: string): Outbox {
  return outbox.filter((one) => one.key !== key);
}

/** As kept over a reload. Whether what was being sent has arrived is not known: its key makes it safe to send again. */
export function restored(kept: Outbox): Outbox {
  return kept
    .map((one): Outgoing => (one.state === "sending" ? { ...one, state: "waiting" } : one))
    .sort((one, other) => one.writtenAt - other.writtenAt);
}

/** Without those that stand in the conversation. */
export function arrived(outbox: Outbox, standing: readonly Standing[]): Outbox {
  const versions = new Map(standing.map((one) => [one.messageId, one.version]));
  const version = (one: Outgoing) => (one.messageId === null ? undefined : versions.get(one.messageId));
  const gone = outbox.filter((one) => version(one) !== undefined);
  if (gone.length === 0) return outbox;
  // A later message of the same text is another one than those that arrived.
  const last = Math.max(...gone.map((one) => version(one) ?? 0));
  const left = outbox.filter((one) => !gone.includes(one));
  return left.map((one) => ({ ...one, after: Math.max(one.after, last) }));
}

/** Those to be shown below the conversation: the event of one may come before the answer to its request. */
export function pending(outbox: Outbox, standing: readonly Standing[]): Outbox {
  const taken = new Set<string>();
  return outbox.filter((one) => {
    const same = standing.find((line) => {
      if (one.messageId !== null) return line.messageId === one.messageId;
      const refused = one.state === "failed" && one.why !== AWAY;
      const early = one.tried && !refused && line.version > one.after && line.text === one.text;
      return early && !taken.has(line.messageId);
    });
    if (same !== undefined) taken.add(same.messageId);
    return same === undefined;
  });
}

function changed(outbox: Outbox, key: string, change: Partial<Outgoing>): Outbox {
  return outbox.map((one) => (one.key === key ? { ...one, ...change } : one));
}
