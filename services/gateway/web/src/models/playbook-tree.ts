import type { Flow } from "../wire/types";
import { cardAt, isPassing, type Place, placesOf, START, waysOf } from "./playbook-flow";

/** Cards one after the other, as they hang below a place. */
export interface Run {
  readonly place: Place;
  readonly steps: readonly Step[];
  /** The card that is drawn elsewhere and with which the run goes on. */
  readonly goesTo: { readonly place: Place; readonly id: string } | null;
}

export interface Step {
  readonly id: string;
  /** Where it hangs in this run. */
  readonly place: Place;
  /** What begins below a card with several ways. */
  readonly ways: readonly { readonly key: string; readonly run: Run }[];
}

export interface Tree {
  readonly main: Run;
  /** What no path leads to. */
  readonly lost: readonly Run[];
}

/** Every card once, where the walk from the start comes to it first; wherever else it follows, its name stands. */
export function treeOf(flow: Flow): Tree {
  const drawn = new Set<string>();
  const main = runFrom(flow, START, flow.start, drawn);
  const lost: Run[] = [];
  const begins = (id: string) => placesOf(flow, id).every((place) => place.from === id);
  for (const wanted of [begins, () => true])
    for (const id of Object.keys(flow.cards))
      if (!drawn.has(id) && wanted(id))
        lost.push(runFrom(flow, { from: null, key: `lost/${id}` }, id, drawn));
  return { main, lost };
}

function runFrom(flow: Flow, place: Place, first: string, drawn: Set<string>): Run {
  const steps: Step[] = [];
  let at = place;
  let id = first;
  for (;;) {
    const card = flow.cards[id];
    if (card === undefined || drawn.has(id)) return { place, steps, goesTo: { place: at, id } };
    drawn.add(id);
    if (!isPassing(card)) {
      const here = id;
      const ways = waysOf(card).map(({ key, to }) => ({
        key,
        run: runFrom(flow, { from: here, key }, to, drawn),
      }));
      steps.push({ id, place: at, ways });
      return { place, steps, goesTo: null };
    }
    steps.push({ id, place: at, ways: [] });
    at = { from: id, key: "next" };
    id = cardAt(flow, at);
  }
}

/** The ids of all cards in the order in which they are drawn. */
export function orderOf(tree: Tree): string[] {
  return [tree.main, ...tree.lost].flatMap(idsOf);
}

function idsOf(run: Run): string[] {
  return run.steps.flatMap((step) => [step.id, ...step.ways.flatMap((way) => idsOf(way.run))]);
}

/** The way of the keys: to the next card or the one before, to the first of a path, back to the card it hangs on. */
export function neighbour(tree: Tree, id: string, key: string): string | null {
  const order = orderOf(tree);
  const at = order.indexOf(id);
  if (at < 0) return null;
  switch (key) {
    case "Home":
      return order[0] ?? null;
    case "End":
      return order.at(-1) ?? null;
    case "ArrowDown":
      return order[at + 1] ?? null;
    case "ArrowUp":
      return order[at - 1] ?? null;
    default:
      return null;
  }
}

/** The card from whose way the run of this one hangs, and the runs beside it: what left and right mean. */
export function beside(tree: Tree, id: string, by: 1 | -1): string | null {
  const found = pathTo(tree.main, id) ?? tree.lost.map((run) => pathTo(run, id)).find((one) => one !== null);
  for (const { step, at } of (found ?? []).toReversed()) {
    const other = step.ways[at + by]?.run.steps[0];
    if (other !== undefined) return other.id;
  }
  return null;
}

function pathTo(run: Run, id: string): { step: Step; at: number }[] | null {
  for (const step of run.steps) {
    if (step.id === id) return [];
    for (const [at, way] of step.ways.entries()) {
      const below = pathTo(way.run, id);
      if (below !== null) return [{ step, at }, ...below];
    }
  }
  return null;
}
