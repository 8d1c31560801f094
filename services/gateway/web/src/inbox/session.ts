import { signal } from "@preact/signals";
import type { Language } from "../i18n/texts";
import { Api, surroundings } from "../wire/api";
import { Problem } from "../wire/problem";
import type { Account, AgentSession } from "../wire/types";
import { keepForReturn, keepOnly, kept } from "./kept";
import { speakTo, speakToNobody } from "./language";
import { serverClock } from "./server-clock";
import { problemFrom } from "./ui/loaded";

/** Whether somebody is signed in here: nobody knows yet, nobody is, somebody is, or it cannot be told. */
export type Entry =
  | { is: "starting" }
  | { is: "out"; ended: boolean }
  | { is: "in"; me: Account }
  | { is: "stuck"; problem: Problem };

/** When the session is over, by the server's clock; each token tells it anew. */
export const endsAt = signal<number | null>(null);

class AgentApi extends Api {
  override take(told: Parameters<Api["take"]>[0] & { session_expires_at?: string }): void {
    super.take(told);
    if (told.session_expires_at !== undefined) endsAt.value = Date.parse(told.session_expires_at);
  }
}

/** The session is in a cookie that no script can read; the page holds a token of five minutes. */
export const api = new AgentApi(null, { ...surroundings, fetch: serverClock.fetch });
export const entry = signal<Entry>({ is: "starting" });
const SIGN_IN_PATIENCE_MS = 4_000;

/** Tabs share the cookie: who signs in or out in one, does so in all. */
const others = new BroadcastChannel("livechat.session");
others.onmessage = ({ data }: MessageEvent<unknown>) => {
  const now = entry.value;
  api.forgetToken();
  // Who is signed in anew, or stays so, is the same; for how long, the next token tells.
  if (now.is === "in" && now.me.agent_id === data) void api.token().catch(() => undefined);
  else void begin();
};

/** Finds out who is signed in in this browser. */
export async function begin(): Promise<void> {
  entry.value = { is: "starting" };
  try {
    admit(await api.get<Account>("gateway/account", { patienceMs: 5_000 }));
  } catch (error) {
    const problem = problemFrom(error);
    if (problem.status === 401) {
      keepForReturn();
      speakToNobody();
    }
    entry.value = problem.status === 401 ? { is: "out", ended: false } : { is: "stuck", problem };
  }
}

/** Somebody is signed in; what others have begun here is not for them. */
function admit(me: Account): void {
  keepOnly(me.agent_id);
  const wanted = speakTo(me);
  entry.value = { is: "in", me };
  // What they read on their way in they go on reading; where it cannot be kept, they choose once more.
  if (wanted !== null) void chooseLanguage(wanted).catch(() => undefined);
}

/** What is chosen is told in the order in which it was chosen. */
let choosing: Promise<unknown> = Promise.resolve();

/** The agent reads this language from now on, in every browser. Raises the Problem of a refusal. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  const now = entry.value;
  if (now.is !== "in") return;
  const reads = (language: Language | null) => {
    const then = entry.value;
    if (then.is === "in" && then.me.agent_id === now.me.agent_id) admit({ ...then.me, language });
  };
  const told = choosing.then(() => api.post("gateway/account/language", { language: chosen }));
  choosing = told.catch(() => undefined);
  reads(chosen);
  try {
    await told;
  } catch (error) {
    reads(now.me.language);
    throw error;
  }
}

/** Asks again who one is. */
export async function refreshMe(): Promise<void> {
  api.forgetToken();
  admit(await api.get<Account>("gateway/account"));
}

/** Signs in by a password or a one-time link. Raises the Problem of a refusal. */
export async function enter(
  way: "sign-in" | "links/redeem" | "links/reset",
  body: Readonly<Record<string, string>>,
): Promise<void> {
  const asking = { patienceMs: SIGN_IN_PATIENCE_MS };
  const told = await api.open<AgentSession>(`gateway/${way}`, { ...body, cookie: true }, asking);
  api.take(told);
  kept.set("workspace", told.workspace_id);
  others.postMessage(told.agent_id);
  admit(await api.get<Account>("gateway/account"));
}

/** Stays signed in for the password. Raises the Problem of a refusal. */
export async function stay(password: string): Promise<void> {
  const body = { password, cookie: true };
  const asking = { patienceMs: SIGN_IN_PATIENCE_MS };
  const told = await api.post<AgentSession>("gateway/account/sessions/renew", body, asking);
  api.take(told);
  others.postMessage(told.agent_id);
}

/** Its time is over by what this page knows: so it is, unless another tab has stayed signed in. */
export async function askIfOver(): Promise<void> {
  api.forgetToken();
  try {
    await api.token();
  } catch (error) {
    if (problemFrom(error).status === 401) over();
  }
}

/** Ends the session of this browser, and what was begun in it; one that is over already is as good. */
export async function leave(): Promise<void> {
  try {
    await api.open("gateway/sign-out", {}, { patienceMs: SIGN_IN_PATIENCE_MS });
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) throw error;
  }
  left();
}

/** Ends all sessions of the agent, and what was begun in this browser. Raises the Problem of a refusal. */
export async function leaveEverywhere(): Promise<void> {
  await api.post("gateway/account/sign-out-everywhere");
  left();
}

/** Nothing of the agent stays in this browser, in no tab of it. */
function left(): void {
  api.forgetToken();
  endsAt.value = null;
  keepOnly(null);
  speakToNobody();
  others.postMessage(null);
  entry.value = { is: "out", ended: false };
}

/** The session is over, whoever ended it; what was begun waits for whoever comes back. */
export function over(): void {
  api.forgetToken();
  endsAt.value = null;
  entry.value = { is: "out", ended: true };
}
