import { signal } from "@preact/signals";
import type { Command } from "../../models/keys";
import { neighbour } from "../../models/list";
import type { Inbox } from "../context";
import { actionsOf } from "../thread/actions";
import { openNow } from "../thread/open-now";

/** What of the keyboard is shown above the page. */
export const shown = signal<"palette" | "help" | null>(null);

/** Why a command can do nothing now; null where it can. */
export function whyNot(inbox: Inbox, command: Command): string | null {
  const open = openNow.value;
  const { t } = inbox;
  if (command === "take" || command === "reply" || command === "note" || command === "close") {
    if (open === null) return t("thread.none");
  }
  if (command === "take" && open?.holder.value != null) return t("keys.held");
  if ((command === "reply" || command === "close") && open?.isClosed.value) return t("head.whyClosed");
  return null;
}

/** Carries a command out; says why where it cannot. */
export function run(inbox: Inbox, command: Command): void {
  const why = whyNot(inbox, command);
  if (why !== null) {
    inbox.toast(why);
    return;
  }
  const open = openNow.value;
  switch (command) {
    case "palette":
    case "help":
      shown.value = command;
      return;
    case "next":
      step(1);
      return;
    case "previous":
      step(-1);
      return;
    case "search":
      search();
      return;
    case "take":
      if (open !== null) actionsOf(inbox, open).take();
      return;
    case "reply":
      open?.write("message");
      return;
    case "note":
      open?.write("note");
      return;
    case "close":
      if (open !== null) open.closing.value = true;
  }
}

/** Goes up or down in the list that is shown; Enter opens what has the focus. */
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const places = rows.map((row) => ({ id: row.dataset.row ?? "", left: false }));
  const focused = (document.activeElement as HTMLElement | null)?.dataset.row;
  const open = rows.find((row) => row.getAttribute("aria-current") !== null)?.dataset.row;
  const to = neighbour(places, focused ?? open ?? null, by);
  const row = rows.find((one) => one.dataset.row === to);
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

/** Where there is a search box, the cursor goes there; else the palette finds as well. */
function search(): void {
  const box = document.querySelector<HTMLInputElement>("input[type=search]");
  if (box === null) shown.value = "palette";
  else box.focus();
}
