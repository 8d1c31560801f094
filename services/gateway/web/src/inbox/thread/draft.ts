import { signal } from "@preact/signals";
import { kept } from "../kept";

/** What one has begun to write, kept over reloads. */
export class Draft {
  readonly text;

  constructor(private readonly place: string) {
    this.text = signal(kept.get(place) ?? "");
  }

  write(next: string): void {
    this.text.value = next;
    kept.set(this.place, next === "" ? null : next);
  }

  /** This was sent: what was written since then stays. */
  sent(text: string): void {
    if (this.text.peek() === text) this.write("");
  }
}
