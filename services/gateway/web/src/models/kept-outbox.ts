import { isRecord } from "../wire/problem";
import { hasTexts, OUT } from "./kept";
import { type Outbox, type Outgoing, restored } from "./outgoing";

/** The messages of a visit that were kept on their way; those of another one are nobody's to send. */
export function readOutbox(kept: unknown, visit = ""): Outbox {
  const told = isRecord(kept) ? kept : {};
  const values = namesIn(told).map((name) => told[name]);
  return restored(values.filter((it) => isOutgoing(it) && it.visit === visit) as Outgoing[]);
}

/** Takes out what was kept for other visits, so that it lies there no longer. */
export function withoutOthers(kept: unknown, visit: string): Record<string, undefined> {
  const told = isRecord(kept) ? kept : {};
  const others = namesIn(told).filter((name) => {
    const it = told[name];
    return !isOutgoing(it) || it.visit !== visit;
  });
  return Object.fromEntries(others.map((name) => [name, undefined]));
}

const namesIn = (told: Record<string, unknown>) => Object.keys(told).filter((name) => name.startsWith(OUT));

/** How a message on its way is kept: each by its own name, so that two tabs lose none of each other's. */
export function keptOutgoing(
  before: readonly Outgoing[],
  after: readonly Outgoing[],
  visit = "",
): Record<string, unknown> {
  const gone = before.filter((one) => !after.some((other) => other.key === one.key));
  const changed = after.filter((one) => !before.includes(one));
  return Object.fromEntries([
    ...gone.map((one) => [OUT + one.key, undefined]),
    // The bytes of a file are not kept: without its token there is nothing to send again.
    ...changed.filter((one) => one.file?.token !== null).map((one) => [OUT + one.key, { ...one, visit }]),
  ]);
}

function isOutgoing(value: unknown): value is Outgoing & { visit: string } {
  return (
    hasTexts(value, "key", "text", "state", "visit") && isRecord(value) && typeof value.writtenAt === "number"
  );
}
