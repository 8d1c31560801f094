/** A refusal, as RFC 9457 tells it. `code` never changes for the same problem; `facts` are its further members. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
    /** By which a report finds the request in the logs. */
    readonly correlationId: string | null = null,
  ) {
    super(`${code}: ${detail}`);
  }

  /** Whether the same request may succeed a moment later. */
  get passes(): boolean {
    return this.status === 0 || this.status === 425 || this.status === 503;
  }

  /** In how many milliseconds the server wants to be asked again; 0 where it does not say. */
  get againInMs(): number {
    return Number(this.facts.retry_after_s) * 1_000 || 0;
  }
}

/** What stands for a problem where no answer came at all. */
export const AWAY = "away";

/** The problem that an answer tells; one that is no problem+json comes from a proxy. */
export async function problemOf(answer: Response): Promise<Problem> {
  const id = answer.headers.get("x-correlation-id");
  const told: unknown = await answer.json().catch(() => null);
  if (!isRecord(told) || typeof told.code !== "string") {
    const passing = answer.status === 502 || answer.status === 504;
    return new Problem(passing ? 503 : answer.status, "http", answer.statusText, {}, id);
  }
  const { type, title, status, detail, code, ...facts } = told;
  return new Problem(answer.status, code, typeof detail === "string" ? detail : "", facts, id);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
