import { isRecord, Problem } from "./problem";

const FIRST_MS = 100;
const MAX_MS = 5_000;
/** A connection that held so long was a good one: the next one is tried at once again. */
const GOOD_AFTER_MS = 10_000;
const RENEW_EVERY_MS = 240_000;
const SILENCES_MAX = 2;
/** A server that is started anew cuts everybody at one moment. */
const RESTARTED_MS = 2_000;
/** So long a socket has to answer where there is reason to doubt it. */
const PROOF_MS = 3_000;

/** How it stands: `waiting` counts from the moment it was cut; `over` needs a new session or a newer page. */
export type Standing =
  | { is: "connecting" }
  | { is: "ready" }
  | { is: "waiting"; tries: number }
  | { is: "over"; why: "unauthorised" | "bad_frame" };

export interface Authorisation {
  token: string;
  have: Readonly<Record<string, number>>;
  folders?: boolean;
  tab?: string;
}

export interface Listener {
  /** Asked at every connection and renewal: what the screen has, and a token that counts. */
  authorise: () => Promise<Authorisation>;
  /** Asked after the server refused the token, before a new one. */
  refused: () => void;
  frame: (frame: Record<string, unknown>) => void;
  stands: (standing: Standing) => void;
}

/** What of the browser it needs; replaced in tests. */
export interface Wires {
  open: (url: string) => WebSocket;
  setTimeout: (run: () => void, ms: number) => number;
  clearTimeout: (timer: number) => void;
  now: () => number;
  random: () => number;
}

export const wires: Wires = {
  open: (url) => new WebSocket(url),
  setTimeout: (run, ms) => setTimeout(run, ms) as unknown as number,
  clearTimeout: (timer) => clearTimeout(timer),
  now: () => performance.now(),
  random: Math.random,
};

/**
 * One socket that comes back by itself: connects, authorises, renews its token, shows signs of life, and after every cut
 * connects again. Which versions the screen has, its listener knows: nothing is lost or doubled by a cut.
 */
export class Connection {
  private socket: WebSocket | null = null;
  private timers = new Map<string, number>();
  private tries = 0;
  private readyAt: number | null = null;
  private refusals = 0;
  private unanswered = 0;
  private stopped = true;

  constructor(
    private readonly url: string,
    private readonly pingEveryMs: number,
    private readonly listener: Listener,
    private readonly around: Wires = wires,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.connect();
  }

  /** Ends it; nothing is heard any more. */
  stop(): void {
    this.stopped = true;
    this.drop();
  }

  /**
   * The browser says that it is on line again, or the page is looked at: connects now where it waits to, and where it
   * stands, has it proved: a socket may be dead without an end.
   */
  hurry(): void {
    if (this.stopped) return;
    if (this.socket === null && this.timers.has("again")) {
      this.clear("again");
      this.connect();
    } else if (!this.timers.has("proof") && this.send({ type: "ping" })) {
      this.after("proof", PROOF_MS, () => this.again());
    }
  }

  /** Sends a frame where there is a ready socket; says whether there was. */
  send(frame: Readonly<Record<string, unknown>>): boolean {
    if (this.socket === null || this.readyAt === null || this.socket.readyState !== 1) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Cuts and connects again, because a version was skipped or nothing is answered; each time later than the last. */
  again(): void {
    if (this.stopped) return;
    this.drop();
    this.wait(this.pause());
  }

  protected connect(): void {
    this.listener.stands({ is: "connecting" });
    const socket = this.around.open(this.url);
    this.socket = socket;
    const current = () => this.socket === socket;
    socket.onopen = () => void this.authorise(socket, "authorise");
    socket.onmessage = (message) => {
      if (current()) this.hear(String(message.data));
    };
    socket.onclose = (end) => {
      if (current()) this.cut(end.code, end.reason);
    };
    // A handshake that hangs, or a server that answers nothing, is a cut as well.
    this.after("deadline", 15_000, () => current() && this.again());
  }

  private async authorise(socket: WebSocket, type: "authorise" | "renew"): Promise<void> {
    try {
      const told = await this.listener.authorise();
      if (this.socket !== socket) return;
      socket.send(JSON.stringify(type === "renew" ? { type, token: told.token } : { type, ...told }));
      this.after("renew", RENEW_EVERY_MS, () => void this.authorise(socket, "renew"));
    } catch (error) {
      if (this.socket !== socket) return;
      this.drop();
      if (error instanceof Problem && error.status === 401) this.end("unauthorised");
      else this.wait(this.pause());
    }
  }

  protected hear(text: string): void {
    this.unanswered = 0;
    this.clear("proof");
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (!isRecord(frame)) return;
    if (frame.type === "ready") {
      this.clear("deadline");
      this.readyAt = this.around.now();
      this.refusals = 0;
      this.ping();
      this.listener.stands({ is: "ready" });
    }
    if (frame.type !== "pong") this.listener.frame(frame);
  }

  private ping(): void {
    this.after("ping", this.pingEveryMs, () => {
      if (this.unanswered >= SILENCES_MAX) {
        this.again();
        return;
      }
      this.unanswered += 1;
      this.send({ type: "ping" });
      this.ping();
    });
  }

  /** What an end's code asks for stands in docs/api.md, “Ends”. */
  private cut(code: number, reason: string): void {
    this.drop();
    if (code === 4400 || code === 1009) {
      this.end("bad_frame");
    } else if (code === 4401) {
      this.refusals += 1;
      this.listener.refused();
      if (this.refusals > 2) this.end("unauthorised");
      else this.wait(FIRST_MS);
    } else if (code === 4429) {
      this.wait(reason === "too_many_sockets" ? 60_000 : 10_000, 10_000);
    } else if (code === 4425) {
      this.wait(1_000, 1_000);
    } else if (code === 1001 || code === 1012) {
      this.wait(this.tries && this.pause(), RESTARTED_MS);
    } else {
      this.wait(this.pause());
    }
  }

  private pause(): number {
    const ms = Math.min(FIRST_MS * 2 ** this.tries, MAX_MS);
    return ms * (0.5 + this.around.random() / 2);
  }

  /** For so long at least; of many who are cut at one moment no two come back at one. */
  private wait(ms: number, spreadMs = 0): void {
    this.tries += 1;
    this.listener.stands({ is: "waiting", tries: this.tries });
    this.after("again", ms + spreadMs * this.around.random(), () => this.connect());
  }

  private end(why: "unauthorised" | "bad_frame"): void {
    this.stopped = true;
    this.listener.stands({ is: "over", why });
  }

  private drop(): void {
    for (const name of [...this.timers.keys()]) this.clear(name);
    if (this.readyAt !== null && this.around.now() - this.readyAt >= GOOD_AFTER_MS) this.tries = 0;
    const socket = this.socket;
    this.socket = null;
    this.readyAt = null;
    this.unanswered = 0;
    socket?.close();
  }

  private after(name: string, ms: number, run: () => void): void {
    this.clear(name);
    const timer = this.around.setTimeout(() => {
      this.timers.delete(name);
      run();
    }, ms);
    this.timers.set(name, timer);
  }

  private clear(name: string): void {
    const timer = this.timers.get(name);
    if (timer !== undefined) this.around.clearTimeout(timer);
    this.timers.delete(name);
  }
}
