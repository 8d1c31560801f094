import type { Api } from "../wire/api";
import { Problem } from "../wire/problem";
import type { Page_OwnConversation_, VisitorSession } from "../wire/types";
import type { Key } from "./texts";

/** Where the panel is: its address names them. */
export const [, , workspace_id = "", playbook_id = ""] = location.pathname.split("/");

export const BEFORE = "gateway/visitor/conversations?limit=20";

interface Who {
  /** The origin of the page. */
  site: string;
  /** The session of the visit before. */
  last: string | null;
  identity: string | null | undefined;
}

/** A new visit. Who is not who the site says they are, may still chat, as somebody unknown. */
export async function entered(
  api: Api,
  { site, last, identity }: Who,
  refused: () => void,
): Promise<VisitorSession> {
  const body = {
    workspace_id,
    playbook_id,
    site: /^https?:/.test(site) ? site : undefined,
    visitor_session: last,
    identity: identity ?? undefined,
  };
  try {
    return await api.open("gateway/visits", body);
  } catch (error) {
    if (codeOf(error) !== "bad_identity") throw error;
    refused();
    return await api.open("gateway/visits", { ...body, visitor_session: null, identity: undefined });
  }
}

/** Begins the walk through the playbook, once for each visit. */
export async function started(
  visiting: { go: (step: string, body: unknown, same: string) => Promise<void> },
  pages: readonly string[],
): Promise<void> {
  const locale = /^[A-Za-z0-9-]{2,35}$/.test(navigator.language) ? navigator.language : "en";
  const body = { pages: pages.slice(-20), locale };
  await visiting.go("start", body, "start").catch((error) => {
    // It has begun, with the pages of an earlier try.
    if (codeOf(error) !== "idempotency_key_reused") throw error;
  });
}

/** The last chats before this visit, and where those before them begin; undefined where they cannot be told. */
export async function before(
  api: Api,
  visit: string | undefined,
): Promise<Page_OwnConversation_ | undefined> {
  const told = await api.get<Page_OwnConversation_>(BEFORE).catch(() => undefined);
  return told && { ...told, items: told.items.filter((it) => it.visit_id !== visit) };
}

/** Ends a session, also while the page goes away. */
export function signOut(session: string): void {
  void fetch("/api/gateway/sign-out", {
    method: "POST",
    keepalive: true,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ session }),
  }).catch(() => {});
}

/** What is said where a visit does not begin. */
export function whyNot(error: unknown): Key {
  const code = codeOf(error);
  if (code === "too_many_visits") return "busy";
  return code === "away" || code === "unavailable" ? "away" : "unavailable";
}

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : "");
