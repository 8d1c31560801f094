/** What of each stream the screen has: its last version. */
export class Versions {
  private readonly last = new Map<string, number>();

  /** As a new connection tells it. */
  have(): Record<string, number> {
    return Object.fromEntries(this.last);
  }

  of(stream: string): number {
    return this.last.get(stream) ?? 0;
  }

  /** What an event of this version is to the screen. A gap is to be asked for again, and changes nothing. */
  next(stream: string, version: number): "new" | "known" | "gap" {
    const last = this.of(stream);
    if (version <= last) return "known";
    if (version > last + 1) return "gap";
    this.last.set(stream, version);
    return "new";
  }

  /** The screen has read this stream up to here by other ways. */
  startAt(stream: string, version: number): void {
    this.last.set(stream, version);
  }

  forget(stream: string): void {
    this.last.delete(stream);
  }
}
