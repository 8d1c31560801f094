import { Connection } from "./connection";

/**
 * A connection that knows since when nothing has shown that the server is there. What is heard proves how it was when it
 * was asked for: a machine that wakes hears first what came before it slept.
 */
export class ProvedConnection extends Connection {
  /** When the first thing was asked that is not answered yet. */
  private askedAt: number | null = null;
  private provedAt: number | null = null;

  /** The time of day goes on while the machine sleeps, as the browser's other clock need not. */
  get silentMs(): number {
    // It may be set back meanwhile.
    return this.provedAt === null ? 0 : Math.max(0, Date.now() - this.provedAt);
  }

  override send(frame: Readonly<Record<string, unknown>>): boolean {
    const sent = super.send(frame);
    if (sent && frame.type === "ping") this.askedAt ??= Date.now();
    return sent;
  }

  protected override connect(): void {
    this.askedAt = Date.now();
    super.connect();
  }

  protected override hear(text: string): void {
    if (this.askedAt !== null && ANSWERS.test(text)) {
      this.provedAt = this.askedAt;
      this.askedAt = null;
    }
    super.hear(text);
  }
}

const ANSWERS = /"type": ?"(ready|pong)"/;
