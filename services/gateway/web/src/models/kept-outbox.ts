import { isRecord } from "../wire/problem";
import { hasTexts, OUT } from "./kept";
import { type Outbox, type Outgoing, restored } from "./outgoing";

/** The messages on their way that were kept. */
export function readOutbox(kept: unknown): Outbox {
  const told = isRecord(kept) ? kept : {};
  const names = Object.keys(told).filter((name) => name.startsWith(OUT));
  return restored(names.map((name) => told[name]).filter(isOutgoing));
}

/** How a message on its way is kept: each by its own name, so that two tabs lose none of each other's. */
export function keptOutgoing(
  before: readonly Outgoing[],
  after: readonly Outgoing[],
): Record<string, unknown> {
  const gone = before.filter((one) => !after.some((other) => other.key === one.key));
  const changed = after.filter((one) => !before.includes(one));
  return Object.fromEntries([
    ...gone.map((one) => [OUT + one.key, undefined]),
    // The bytes of a file are not kept: without its token there is nothing to send again.
    ...changed.filter((one) => one.file?.token !== null).map((one) => [OUT + one.key, one]),
  ]);
}

function isOutgoing(value: unknown): value is Outgoing {
  return hasTexts(value, "key", "text", "state") && isRecord(value) && typeof value.writtenAt === "number";
}
