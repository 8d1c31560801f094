import { type Keeping, type Kept, NOTHING_KEPT } from "../src/wire/noticing";

/** Keeps in memory what a browser keeps in its database. */
export class KeptInMemory implements Keeping {
  constructor(public now: Kept = NOTHING_KEPT) {}

  async read(): Promise<Kept> {
    return this.now;
  }

  async change<T>(how: (kept: Kept) => readonly [Kept, T]): Promise<T> {
    const [kept, told] = how(this.now);
    this.now = kept;
    return told;
  }
}
