import { isRecord } from "../wire/problem";

/** A session of a visit. */
export interface KeptVisit {
  session: string;
  visit: string;
}

/** What the site's own storage keeps for the panel. */
export interface KeptPanel {
  visit: KeptVisit | null;
  /** The session by which the next visit is the same visitor's. */
  last: string | null;
  /** Whose visit it is, where a signature said so. */
  who: string | null;
  /** How many signatures were refused since one counted. */
  refused: number;
  draft: string;
  quiet: boolean;
  /** The version up to which the visitor has seen the chat, also once it is closed. */
  seen: number;
  pages: readonly string[];
}

/** How the names of messages on their way begin. */
export const OUT = "out:";

/** Reads what was kept, of which nothing need be as it was written: it lay in other people's reach. */
export function readKept(kept: unknown): KeptPanel {
  const told = isRecord(kept) ? kept : {};
  const { visit, last, who, refused, draft, quiet, seen, pages } = told;
  return {
    visit: hasTexts(visit, "session", "visit") ? (visit as unknown as KeptVisit) : null,
    last: typeof last === "string" ? last : null,
    who: typeof who === "string" ? who : null,
    refused: Number(refused) || 0,
    draft: typeof draft === "string" ? draft : "",
    quiet: quiet === true,
    seen: Number(seen) || 0,
    pages: pagesOf(listOf(pages)),
  };
}

/** Whether a message was on its way. */
export function hasUnsent(kept: unknown): boolean {
  return isRecord(kept) && Object.keys(kept).some((name) => name.startsWith(OUT));
}

/** Whom a signed identity names, so as to tell two of them apart; what it is worth, the server says. */
export function subjectOf(jwt: string): string | null {
  try {
    const claims = atob((jwt.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/"));
    return String(JSON.parse(claims).sub);
  } catch {
    return null;
  }
}

/** Addresses that the API takes, without what stands behind the #: secrets are often put there. */
export function pagesOf(pages: readonly unknown[]): string[] {
  const clean = pages.map((page) => String(page).replace(/#.*/s, ""));
  return clean.filter(
    (page, place) => /^https?:[\x21-\x7e]{1,1990}$/.test(page) && page !== clean[place - 1],
  );
}

export function hasTexts(value: unknown, ...names: string[]): boolean {
  return isRecord(value) && names.every((name) => typeof value[name] === "string");
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
