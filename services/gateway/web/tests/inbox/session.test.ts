import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepOnly, kept } from "../../src/inbox/kept";
import { api, entry, leaveEverywhere } from "../../src/inbox/session";
import type { Account } from "../../src/wire/types";

const ANA = "a0000000-0000-4000-8000-000000000001";
const DRAFT = `draft.${ANA}.chat.message`;

const tab = new BroadcastChannel("livechat.session");
let told: unknown[] = [];
tab.onmessage = ({ data }: MessageEvent<unknown>) => told.push(data);

/** Somebody is signed in and has begun a message; the services answer so. */
function answering(status: number, body: unknown): void {
  vi.stubGlobal("fetch", async () => Response.json(body, { status }));
}

beforeEach(() => {
  told = [];
  keepOnly(ANA);
  kept.set(DRAFT, "We open at");
  api.take({ token: "token", token_expires_at: "2026-03-02T12:00:00Z" });
  entry.value = { is: "in", me: { agent_id: ANA } as Account };
});

afterEach(() => vi.unstubAllGlobals());

test("who signs out everywhere leaves nothing here, and every other tab is told", async () => {
  answering(200, {});
  await leaveEverywhere();
  expect([kept.get(DRAFT), entry.value]).toEqual([null, { is: "out", ended: false }]);
  await expect.poll(() => told).toEqual([null]);
});

test("a refusal signs nobody out, and takes nothing from them", async () => {
  answering(403, { type: "about:blank", title: "Forbidden", status: 403, code: "forbidden" });
  await expect(leaveEverywhere()).rejects.toMatchObject({ status: 403 });
  expect([kept.get(DRAFT), entry.value.is, told]).toEqual(["We open at", "in", []]);
});
