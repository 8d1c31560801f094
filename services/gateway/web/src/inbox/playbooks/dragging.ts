import { moved, whyNotThere } from "../../models/playbook-edit";
import type { Place } from "../../models/playbook-flow";
import type { Desk } from "./open";

const FAR_PX = 6;
const EDGE_PX = 48;

/** Follows the pointer from a card on; where it is let go over a gap, the card hangs there. Escape gives up. */
export function dragging(down: PointerEvent, desk: Desk): void {
  const at = down.target instanceof Element ? down.target.closest<HTMLElement>("[data-card]") : null;
  const id = at?.dataset.card;
  // A finger scrolls, but for the grip.
  const byFinger = down.pointerType === "touch" && !(down.target as Element).closest(".pb-grip");
  if (at === null || id === undefined || down.button !== 0 || byFinger) return;
  const tree = at.closest<HTMLElement>(".pb-tree");
  if (tree === null) return;
  const drag = new Drag(desk, tree, at, id, down);
  drag.start();
}

class Drag {
  private over: HTMLElement | null = null;
  private begun = false;

  constructor(
    private readonly desk: Desk,
    private readonly tree: HTMLElement,
    private readonly card: HTMLElement,
    private readonly id: string,
    private readonly from: PointerEvent,
  ) {}

  start(): void {
    addEventListener("pointermove", this.move);
    addEventListener("pointerup", this.drop);
    addEventListener("pointercancel", this.end);
    addEventListener("keydown", this.key, true);
  }

  private readonly move = (to: PointerEvent): void => {
    const far = Math.hypot(to.clientX - this.from.clientX, to.clientY - this.from.clientY) > FAR_PX;
    if (!this.begun && !far) return;
    if (!this.begun) this.begin();
    this.card.style.translate = `${to.clientX - this.from.clientX}px ${to.clientY - this.from.clientY}px`;
    this.scroll(to);
    const gap = gapUnder(to);
    const fits = gap !== null && this.fits(gap) ? gap : null;
    if (fits === this.over) return;
    this.over?.classList.remove("over");
    fits?.classList.add("over");
    this.over = fits;
  };

  private begin(): void {
    this.begun = true;
    this.tree.classList.add("dragging");
    this.card.classList.add("dragged");
  }

  /** Near an edge, what is beyond it comes. */
  private scroll({ clientX, clientY }: PointerEvent): void {
    const box = this.tree.getBoundingClientRect();
    const by = (at: number, first: number, last: number) =>
      at < first + EDGE_PX ? -16 : at > last - EDGE_PX ? 16 : 0;
    this.tree.scrollBy(by(clientX, box.left, box.right), by(clientY, box.top, box.bottom));
  }

  private fits(gap: HTMLElement): boolean {
    return whyNotThere(this.desk.editing.flow.value, this.id, placeOf(gap)) === null;
  }

  private readonly drop = (): void => {
    const { over, begun } = this;
    this.end();
    if (over !== null) {
      const { editing } = this.desk;
      editing.change(moved(editing.flow.value, this.id, placeOf(over)));
      this.desk.goTo(this.id);
    }
    // The click that ends a drag is none on the card.
    if (begun) addEventListener("click", stop, { capture: true, once: true });
    if (begun) setTimeout(() => removeEventListener("click", stop, { capture: true }), 0);
  };

  private readonly key = (press: KeyboardEvent): void => {
    if (press.key === "Escape") this.end();
  };

  private readonly end = (): void => {
    removeEventListener("pointermove", this.move);
    removeEventListener("pointerup", this.drop);
    removeEventListener("pointercancel", this.end);
    removeEventListener("keydown", this.key, true);
    this.tree.classList.remove("dragging");
    this.card.classList.remove("dragged");
    this.card.style.translate = "";
    this.over?.classList.remove("over");
  };
}

function stop(click: Event): void {
  click.stopPropagation();
  click.preventDefault();
}

function gapUnder({ clientX, clientY }: PointerEvent): HTMLElement | null {
  const found = document.elementsFromPoint(clientX, clientY).find((one) => one.matches(".pb-gap"));
  return found instanceof HTMLElement ? found : null;
}

function placeOf(gap: HTMLElement): Place {
  const { from = "", way = "" } = gap.dataset;
  return { from: from === "" ? null : from, key: way };
}
