import { signal } from "@preact/signals";
import { afterEach, expect, test, vi } from "vitest";
import type { Inbox } from "../../src/inbox/context";
import { making } from "../../src/inbox/details/making";
import { choicesOf } from "../../src/inbox/keys/choices";
import type { Open } from "../../src/inbox/thread/open";
import { openNow } from "../../src/inbox/thread/open-now";
import type { SavedView } from "../../src/wire/types";

const filters = { missed: true, unread: false, visitor_left: false, words: "" };
const VIEW: SavedView = { view_id: "v1", name: "Missed ones", folder: "unassigned", filters };
const BEN = { agent_id: "ben", name: "Ben", online: true };

afterEach(() => {
  openNow.value = null;
  making.value = null;
  vi.unstubAllGlobals();
});

/** An inbox, and what was gone to or done in it. */
function inbox() {
  const done: unknown[] = [];
  const it = {
    t: (key: string, values?: { name: string }) => (values === undefined ? key : `${key} ${values.name}`),
    me: { agent_id: "ana", name: "Ana", role: "owner" },
    go: (path: string) => done.push(path),
    store: {
      presence: { says: signal("online") },
      colleagues: signal([BEN, { agent_id: "cora", name: "Cora", online: false }]),
      views: { all: signal([VIEW]), choose: (view: SavedView | null) => done.push(view?.name ?? "whole") },
      state: signal({ rows: new Map() }),
    },
  } as unknown as Inbox;
  const labels = () => choicesOf(it).map((one) => one.label);
  const pick = (label: string) =>
    choicesOf(it)
      .find((one) => one.label === label)
      ?.run();
  return { done, labels, pick };
}

function conversation(closed: boolean, holder: string | null, done: unknown[] = []): Open {
  return {
    conversationId: "c1",
    following: { loaded: signal(true) },
    isClosed: signal(closed),
    holder: signal(holder === null ? null : { id: holder, name: holder }),
    assign: async (id: string) => done.push(`assign ${id}`),
  } as unknown as Open;
}

const OF_OPEN = ["outcomes.createLead", "outcomes.createDeal", "outcomes.addActivity"];

test("canned replies and one's own views are gone to, a folder whole and a view as it was kept", () => {
  const { done, labels, pick } = inbox();
  expect(labels()).toEqual(expect.arrayContaining(["keys.goTo shell.replies", "keys.view Missed ones"]));
  pick("keys.goTo shell.replies");
  pick("keys.view Missed ones");
  expect(done).toEqual(["whole", "/inbox/replies", "Missed ones", "/inbox/live-chat/unassigned"]);
});

test("the open conversation is given to who is online, and something is made of it", () => {
  vi.stubGlobal("document", { getElementById: () => null });
  const { done, labels, pick } = inbox();
  expect(labels().filter((one) => OF_OPEN.includes(one) || one.startsWith("keys.assign"))).toEqual([]);
  openNow.value = conversation(false, "ana", done);
  expect(labels()).toEqual(expect.arrayContaining(["keys.assign Ben", ...OF_OPEN]));
  expect(labels()).not.toContain("keys.assign Cora");
  pick("keys.assign Ben");
  expect(done).toEqual(["assign ben"]);
  pick("outcomes.createDeal");
  expect(making.value).toEqual({ what: "deal", of: "c1" });
});

test("who holds it is not offered it, and of a closed one things are made and nothing else", () => {
  const { labels } = inbox();
  openNow.value = conversation(false, "ben");
  expect(labels()).not.toContain("keys.assign Ben");
  openNow.value = conversation(true, "ana");
  expect(labels()).not.toContain("keys.assign Ben");
  expect(labels()).toEqual(expect.arrayContaining(OF_OPEN));
});
