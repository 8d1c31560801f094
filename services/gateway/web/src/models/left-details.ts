import type { Outgoing } from "./outgoing";

/** Whether somebody's details have reached us; those that have not are a message on its way. */
export type Left = { is: "no" | "yes" } | { is: "going" | "failed"; message: Outgoing };

interface Said {
  by: string;
  text: string;
  note?: string | null;
}

/** Told by what was said since nobody came, and by what is to be said: `mark` is in each message of details. */
export function leftDetails(lines: readonly Said[], outbox: readonly Outgoing[], mark: string): Left {
  const asked = lines.findLastIndex((line) => line.note === "missed");
  const said = lines
    .slice(Math.max(0, asked))
    .some((line) => line.by === "visitor" && line.text.includes(mark));
  if (said) return { is: "yes" };
  const message = outbox.findLast((one) => one.text.includes(mark));
  if (message === undefined) return { is: "no" };
  if (message.state === "accepted") return { is: "yes" };
  return { is: message.why === null ? "going" : "failed", message };
}
