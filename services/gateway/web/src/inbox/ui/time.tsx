import { useNow } from "../clock";
import { useSpeech } from "../context";
import { serverClock } from "../server-clock";

/** How long ago something was, or when; the whole date is its title. */
export function Time({ at, as = "relative" }: { at: string; as?: "relative" | "time" | "date" }) {
  const { format } = useSpeech();
  // The clock here is a little behind what has just come; nothing that was is yet to be.
  const now = Math.max(useNow(), Math.min(Date.parse(at), serverClock.now()));
  const text =
    as === "relative" ? format.relative(at, now) : as === "time" ? format.time(at) : format.date(at);
  return (
    <time dateTime={at} title={format.dateTime(at)}>
      {text}
    </time>
  );
}
