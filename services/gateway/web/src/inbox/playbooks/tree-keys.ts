import { moved, stepFrom } from "../../models/playbook-edit";
import { beside, neighbour, type Tree } from "../../models/playbook-tree";
import { type Desk, focusCard } from "./open";

/**
 * Keys on a card of the tree: arrows go, with Alt they move the card; Insert adds one after it, Delete takes it out; Ctrl+Z and
 * Ctrl+Y take changes back and make them again.
 */
export function pressed(press: KeyboardEvent, desk: Desk, tree: Tree): void {
  const way = turnOf(press);
  if (way !== null) {
    press.preventDefault();
    // A refusal leaves everything as it is; the buttons say why.
    void desk.editing.turn(way).catch(() => undefined);
    return;
  }
  const at = press.target instanceof HTMLElement ? press.target.closest<HTMLElement>("[data-card]") : null;
  const id = at?.dataset.card;
  if (id === undefined || press.ctrlKey || press.metaKey || press.shiftKey) return;
  if (press.altKey ? moves(press.key, desk, id) : goes(press.key, desk, tree, id)) press.preventDefault();
}

function turnOf({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): "undo" | "redo" | null {
  if (ctrlKey === metaKey || altKey) return null;
  const letter = key.toLowerCase();
  if (letter === "z") return shiftKey ? "redo" : "undo";
  return letter === "y" && !shiftKey ? "redo" : null;
}

function goes(key: string, desk: Desk, tree: Tree, id: string): boolean {
  if (key === "Delete") {
    desk.deleting.value = id;
    return true;
  }
  if (key === "Insert") {
    desk.adding.value = desk.placeAfter(id);
    return true;
  }
  const rtl = getComputedStyle(document.documentElement).direction === "rtl";
  const side = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
  const to = side === 0 ? neighbour(tree, id, key) : beside(tree, id, (rtl ? -side : side) as 1 | -1);
  if (to === null) return side !== 0;
  desk.goTo(to);
  return true;
}

function moves(key: string, desk: Desk, id: string): boolean {
  if (key !== "ArrowUp" && key !== "ArrowDown") return false;
  const { editing } = desk;
  const place = stepFrom(editing.flow.value, id, key === "ArrowUp" ? "up" : "down");
  if (place !== null) {
    editing.change(moved(editing.flow.value, id, place));
    requestAnimationFrame(() => focusCard(id));
  }
  return true;
}
