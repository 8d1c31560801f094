/** An answer's date is told in whole seconds and some time underway: clocks so near to each other are the same. */
const SAME_MS = 2_000;

/**
 * The time by the server's clock. Deadlines and times of events are the server's, and the clock of this machine may be
 * minutes away from it: how far, the date of each answer to a POST tells, which no cache answers.
 */
export class ServerClock {
  /** An answer has told the time. */
  known = false;
  private aheadMs = 0;

  constructor(
    private readonly ask: typeof fetch,
    private readonly here: () => number = Date.now,
    /** Hears how far the server's clock is ahead of this machine's, where that is another distance than before. */
    private readonly moved: (aheadMs: number) => void = () => undefined,
  ) {}

  readonly now = (): number => this.here() + this.aheadMs;

  /** Fetches, and reads the clock of whoever answers. */
  readonly fetch: typeof fetch = async (input, init) => {
    const begun = this.here();
    const answer = await this.ask(input, init);
    if (init?.method === "POST") this.reads(answer.headers.get("date"), begun, this.here());
    return answer;
  };

  private reads(date: string | null, begun: number, ended: number): void {
    // On average half a second of the date was cut off, and half of the way was the way back.
    const ahead = Date.parse(date ?? "") + 500 - (begun + ended) / 2;
    if (Number.isNaN(ahead) || ended - begun > SAME_MS) return;
    this.known = true;
    if (Math.abs(ahead - this.aheadMs) <= SAME_MS) return;
    this.aheadMs = Math.round(ahead);
    this.moved(this.aheadMs);
  }
}
