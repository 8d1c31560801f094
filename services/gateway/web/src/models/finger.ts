/** A tap is told a moment after the finger has left, and a list that was pushed goes on by itself. */
export const LINGERS_MS = 400;
/** So long a finger counts that nothing more is heard of: what it touched may be gone, and its end with it. */
export const TOUCHES_MAX_MS = 10_000;

/** Whether somebody is at a list by touch: from the first contact until the tap has ended and nothing scrolls any more. */
export class Finger {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private down = false;

  constructor(private readonly tell: (there: boolean) => void) {}

  /** A finger touches the list, or moves on it. */
  touches(): void {
    this.down = true;
    this.holds(TOUCHES_MAX_MS);
  }

  /** The last finger has left. */
  leaves(): void {
    if (this.timer === null) return;
    this.down = false;
    this.holds(LINGERS_MS);
  }

  /** The list scrolls; by itself where no finger was there. */
  scrolls(): void {
    if (this.timer !== null) this.holds(this.down ? TOUCHES_MAX_MS : LINGERS_MS);
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private holds(ms: number): void {
    if (this.timer === null) this.tell(true);
    else clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.down = false;
      this.tell(false);
    }, ms);
  }
}
