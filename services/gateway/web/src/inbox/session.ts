import { signal } from "@preact/signals";
import { Api, surroundings } from "../wire/api";
import { Problem } from "../wire/problem";
import type { Account, AgentSession } from "../wire/types";
import { kept } from "./kept";
import { serverClock } from "./server-clock";
import { problemFrom } from "./ui/loaded";

/** Whether somebody is signed in here: nobody knows yet, nobody is, somebody is, or it cannot be told. */
export type Entry =
  | { is: "starting" }
  | { is: "out"; ended: boolean }
  | { is: "in"; me: Account }
  | { is: "stuck"; problem: Problem };

/** The session is in a cookie that no script can read; the page holds a token of five minutes. */
export const api = new Api(null, { ...surroundings, fetch: serverClock.fetch });
export const entry = signal<Entry>({ is: "starting" });
const SIGN_IN_PATIENCE_MS = 4_000;

/** Tabs share the cookie: who signs in or out in one, does so in all. */
const others = new BroadcastChannel("livechat.session");
others.onmessage = ({ data }: MessageEvent<unknown>) => {
  const now = entry.value;
  if (now.is === "in" && now.me.agent_id === data) return;
  api.forgetToken();
  void begin();
};

/** Finds out who is signed in in this browser. */
export async function begin(): Promise<void> {
  entry.value = { is: "starting" };
  try {
    entry.value = { is: "in", me: await api.get<Account>("gateway/account", { patienceMs: 5_000 }) };
  } catch (error) {
    const problem = problemFrom(error);
    entry.value = problem.status === 401 ? { is: "out", ended: false } : { is: "stuck", problem };
  }
}

/** Asks again who one is. */
export async function refreshMe(): Promise<void> {
  api.forgetToken();
  entry.value = { is: "in", me: await api.get<Account>("gateway/account") };
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
  entry.value = { is: "in", me: await api.get<Account>("gateway/account") };
}

/** Ends the session of this browser; one that is over already is as good. */
export async function leave(): Promise<void> {
  try {
    await api.open("gateway/sign-out", {}, { patienceMs: SIGN_IN_PATIENCE_MS });
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) throw error;
  }
  api.forgetToken();
  others.postMessage(null);
  entry.value = { is: "out", ended: false };
}

/** The session is over, whoever ended it. */
export function over(): void {
  api.forgetToken();
  entry.value = { is: "out", ended: true };
}
