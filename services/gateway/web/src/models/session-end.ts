/** So long before the end of a session its agent is told of it. */
const TOLD_BEFORE_MS = 10 * 60_000;

/** How the end of a session stands: not to be spoken of, near, or there. */
export type SessionEnd = "far" | "near" | "over";

/** `endsAt` is null where it is not known. */
export function sessionEnd(endsAt: number | null, now: number): SessionEnd {
  if (endsAt === null || endsAt - now > TOLD_BEFORE_MS) return "far";
  return endsAt > now ? "near" : "over";
}
