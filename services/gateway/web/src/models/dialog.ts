/** How somebody wants to leave a dialog without a button of it: by Escape, or by a press beside it. */
export interface Leaving {
  readonly by: "escape" | "press";
  /** What it asked for is on its way: nobody knows yet what became of it. */
  readonly busy: boolean;
  /** Whether it asks before it throws away what was filled in. */
  readonly asks: boolean;
  /** Its form says something else than at first. */
  readonly changed: boolean;
  /** Something was typed into its form, whatever it says now. */
  readonly typed: boolean;
}

/** What comes of it: the dialog stays, asks whether what was filled in is to be thrown away, or closes. */
export function onLeaving({ by, busy, asks, changed, typed }: Leaving): "stay" | "ask" | "close" {
  if (busy) return "stay";
  if (asks) return changed ? "ask" : "close";
  return by === "press" && typed ? "stay" : "close";
}
