import { AWAY, Problem, problemOf } from "./problem";

const TOKEN_SPARE_MS = 60_000;
const RETRY_FIRST_MS = 300;
const RETRY_MAX_MS = 5_000;
const ATTEMPT_MS = 15_000;

/** A token, and when it is over by this machine's clock. */
interface Held {
  token: string;
  until: number;
}

export interface Asking {
  /** Makes a command safe to repeat; without one, each POST gets its own. */
  key?: string;
  /** How long the same request is sent again while it cannot be answered; 0: once. */
  patienceMs?: number;
  headers?: Readonly<Record<string, string>>;
  /** Bytes instead of JSON. */
  raw?: Blob;
  signal?: AbortSignal;
}

/** What the machine gives; replaced in tests. */
export interface Surroundings {
  fetch: typeof fetch;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  newKey: () => string;
  random: () => number;
}

export const surroundings: Surroundings = {
  fetch: (input, init) => fetch(input, init),
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  newKey: () => crypto.randomUUID(),
  random: Math.random,
};

/**
 * Asks the services for somebody who has a session. Keeps a token for it, sends what may be answered later again with
 * its key, and raises every refusal as a Problem.
 */
export class Api {
  private held: Held | null = null;
  private renewing: Promise<string> | null = null;

  /** `session` is null where the browser keeps it in a cookie. */
  constructor(
    private session: string | null,
    private readonly around: Surroundings = surroundings,
    private readonly base = "/api/",
  ) {}

  /** Takes the token that came with a session, so that none need be asked for. */
  take(told: { token: string; token_expires_at: string; session?: string | null }): void {
    if (told.session !== undefined) this.session = told.session;
    // The server's clock may be another: a token lives five minutes from now, by the clock here.
    this.held = { token: told.token, until: this.around.now() + 5 * 60_000 };
  }

  /** A token that counts for a minute at least. Raises the Problem `unauthorised` where the session is over. */
  async token(): Promise<string> {
    if (this.held !== null && this.held.until - TOKEN_SPARE_MS > this.around.now()) return this.held.token;
    this.renewing ??= this.renew().finally(() => {
      this.renewing = null;
    });
    return await this.renewing;
  }

  /** Makes the next request ask for a new token. */
  forgetToken(): void {
    this.held = null;
  }

  async get<T>(path: string, asking: Asking = {}): Promise<T> {
    return await this.known<T>("GET", path, undefined, asking);
  }

  async post<T>(path: string, body: unknown = {}, asking: Asking = {}): Promise<T> {
    return await this.known<T>("POST", path, body, { key: this.around.newKey(), ...asking });
  }

  async delete<T>(path: string, asking: Asking = {}): Promise<T> {
    return await this.known<T>("DELETE", path, undefined, { key: this.around.newKey(), ...asking });
  }

  /** The bytes of a file, for somebody who may read it. */
  async blob(path: string): Promise<Blob> {
    const answer = await this.answered("GET", path, undefined, {}, await this.token());
    return await answer.blob();
  }

  /** A request that needs no token, such as a sign-in. */
  async open<T>(path: string, body: unknown, asking: Asking = {}): Promise<T> {
    const answer = await this.answered("POST", path, body, asking, null);
    return (await answer.json()) as T;
  }

  private async known<T>(method: string, path: string, body: unknown, asking: Asking): Promise<T> {
    // A session that is over is so at the first word: only a token may be too old.
    const token = await this.token();
    try {
      const answer = await this.answered(method, path, body, asking, token);
      return (await answer.json()) as T;
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
      this.forgetToken();
      const answer = await this.answered(method, path, body, asking, await this.token());
      return (await answer.json()) as T;
    }
  }

  private async renew(): Promise<string> {
    const told = await this.open<{ token: string; token_expires_at: string }>("gateway/tokens", {
      session: this.session,
    });
    this.take(told);
    return told.token;
  }

  /** Sends it until it is answered for good, or patience is over. */
  private async answered(
    method: string,
    path: string,
    body: unknown,
    asking: Asking,
    token: string | null,
  ): Promise<Response> {
    const until = this.around.now() + (asking.patienceMs ?? 20_000);
    for (let waitMs = RETRY_FIRST_MS; ; waitMs = Math.min(2 * waitMs, RETRY_MAX_MS)) {
      const told = await this.once(method, path, body, asking, token);
      if (!(told instanceof Problem)) return told;
      const pauseMs = Math.max(told.againInMs, waitMs * (0.5 + this.around.random() / 2));
      if (!told.passes || asking.signal?.aborted || this.around.now() + pauseMs >= until) throw told;
      await this.around.sleep(pauseMs);
    }
  }

  private async once(
    method: string,
    path: string,
    body: unknown,
    asking: Asking,
    token: string | null,
  ): Promise<Response | Problem> {
    const headers: Record<string, string> = { ...asking.headers };
    if (token !== null) headers.authorization = `Bearer ${token}`;
    if (asking.key !== undefined) headers["idempotency-key"] = asking.key;
    const json = asking.raw === undefined && body !== undefined;
    if (json) headers["content-type"] = "application/json";
    const limit = AbortSignal.timeout(asking.raw === undefined ? ATTEMPT_MS : 120_000);
    try {
      const answer = await this.around.fetch(this.base + path, {
        method,
        headers,
        body: asking.raw ?? (json ? JSON.stringify(body) : null),
        signal: asking.signal ? AbortSignal.any([limit, asking.signal]) : limit,
      });
      return answer.ok ? answer : await problemOf(answer);
    } catch {
      return new Problem(0, AWAY, "");
    }
  }
}
