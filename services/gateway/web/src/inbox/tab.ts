import { keptInTab } from "./kept";

/** This tab's name, over reloads: a socket of the same tab that is back in time is online again by itself. */
export function tabId(): string {
  const known = keptInTab.get("tab");
  if (known !== null) return known;
  const made = crypto.randomUUID();
  keptInTab.set("tab", made);
  return made;
}
