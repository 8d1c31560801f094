import { signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Place, placesOf, waysOf } from "../../models/playbook-flow";
import type { Beside } from "./beside";
import type { Editing } from "./editing";
import type { Numbers } from "./numbers";
import type { People } from "./people";

/** Wanted in place of a way: whatever field the card's form begins with. */
export const FIRST_FIELD = "*";

/** What is open in the editor: the draft, the card that is selected, and what is asked for about it. */
export class Desk {
  readonly selected = signal<string | null>(null);
  /** The way whose field gets the focus once its card's form is there. */
  readonly wanted = signal<string | null>(null);
  readonly adding = signal<Place | null>(null);
  readonly moving = signal<string | null>(null);
  readonly deleting = signal<string | null>(null);

  constructor(
    readonly editing: Editing,
    readonly numbers: Numbers,
    readonly people: People,
    readonly beside: Beside,
  ) {}

  select(id: string | null, way: string | null = null): void {
    this.selected.value = id;
    this.wanted.value = way;
  }

  /** Where a card added after this one hangs: on its first way; after an end, before it. */
  placeAfter(id: string): Place | null {
    const flow = this.editing.flow.value;
    const card = flow.cards[id];
    const [way] = card === undefined ? [] : waysOf(card);
    return way === undefined ? (placesOf(flow, id)[0] ?? null) : { from: id, key: way.key };
  }

  /** Selects a card, and goes to it in the tree. */
  goTo(id: string): void {
    this.select(id);
    // At once where it can have it: the next key may come before the next frame.
    if (!focusCard(id)) requestAnimationFrame(() => focusCard(id));
  }
}

/** The focus on a card in the tree; answers whether it has it, which nothing behind a dialog can. */
export function focusCard(id: string): boolean {
  const card = document.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`);
  card?.focus();
  card?.scrollIntoView({ block: "nearest", inline: "nearest" });
  return card !== null && document.activeElement === card;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const found = useContext(DeskContext);
  if (found === null) throw new Error("no editor around this component");
  return found;
}
