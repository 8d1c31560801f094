import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Noticing } from "../../src/inbox/notices/noticing";
import type { Api } from "../../src/wire/api";
import type { InboxRow } from "../../src/wire/types";
import { ROW } from "../row";

const AT = Date.parse("2026-03-04T10:00:00Z");
const time = (seconds: number) => new Date(AT + seconds * 1_000).toISOString();
const MINE: InboxRow = { ...ROW, conversation_id: "c2", folder: "ana", holder_id: "ana" };
const GIVEN = { ...MINE, assigned_at: time(2), assigned_by: "ben" };

beforeEach(() => {
  vi.useFakeTimers({ now: AT - 60_000 });
  const element = () => ({ href: "" });
  vi.stubGlobal("document", {
    title: "Inbox",
    visibilityState: "hidden",
    hasFocus: () => false,
    querySelector: element,
    createElement: () => ({ getContext: () => null }),
  });
  vi.stubGlobal("MutationObserver", class {});
  vi.stubGlobal(
    "Image",
    class {
      decode = async () => undefined;
    },
  );
  vi.stubGlobal("BroadcastChannel", undefined);
  Reflect.deleteProperty(globalThis, "BroadcastChannel");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A tab's part, and what lists tell; `told` is what it told the worker. */
function tab() {
  const lists: { unassigned: InboxRow[]; mine: InboxRow[]; off: string[]; down: boolean } = {
    unassigned: [],
    mine: [],
    off: [],
    down: false,
  };
  let online: boolean | null = true;
  const asked: string[] = [];
  const get = async (path: string) => {
    asked.push(path.split("?")[0] ?? "");
    if (lists.down) throw new Error("away");
    if (path.startsWith("notifier/choices")) return { off: lists.off };
    return { items: path.startsWith("gateway/folders/mine") ? lists.mine : lists.unassigned, next: null };
  };
  const it = new Noticing({
    api: { get } as unknown as Api,
    agentId: "ana",
    online: () => online,
    now: Date.now,
    conversation: () => null,
    row: () => undefined,
    open: () => undefined,
  });
  const told: string[] = [];
  vi.spyOn(it.line, "tell").mockImplementation(async (message) => {
    if (message.is === "notice") told.push((message.notice as { id: string }).id);
    if (message.is === "close") told.push(`close ${message.tags}`);
    return true;
  });
  /** Cut for so long; and back again, as long as it takes to look. */
  const cut = async (ms = 5_000, silentMs = 0) => {
    it.cut(silentMs);
    await vi.advanceTimersByTimeAsync(ms);
    await back();
  };
  const back = async () => {
    const looking = it.catchUp();
    await vi.advanceTimersByTimeAsync(10_000);
    await looking;
  };
  const is = (how: boolean | null) => {
    online = how;
  };
  return { it, lists, told, asked, cut, back, is };
}

async function begun() {
  const here = tab();
  await here.back();
  vi.setSystemTime(AT - 1_000);
  return here;
}

const CONVERSATION = `new_conversation/c1/${AT}`;

test("what began or was given in a cut is told once, and counts", async () => {
  const { it, lists, told, cut } = await begun();
  lists.unassigned = [ROW];
  lists.mine = [GIVEN];
  await cut();
  expect(told).toEqual([CONVERSATION, `assigned_to_you/c2/${AT + 2_000}`]);
  expect([...it.unheeded.value.keys()].sort()).toEqual(["c1", "c2"]);
  expect(document.title).toBe("(2) Inbox");

  await cut();
  await cut();
  expect(told).toHaveLength(2);
});

test("what a frame tells as well is told once, whichever comes first", async () => {
  const frame = {
    id: "n1",
    kind: "new_conversation",
    conversation_id: "c1",
    tag: "conversation-c1",
    at: ROW.started_at,
  };
  const first = await begun();
  first.lists.unassigned = [ROW];
  await first.it.hear(frame);
  await first.it.hear(frame);
  await first.cut();
  expect(first.told).toEqual(["n1"]);

  vi.setSystemTime(AT - 60_000);
  const later = await begun();
  later.lists.unassigned = [ROW];
  await later.cut();
  await later.it.hear(frame);
  expect(later.told).toEqual([CONVERSATION]);
});

test("of the first connection nothing is missed, and lists are not even read", async () => {
  const { lists, told, asked, back } = tab();
  lists.unassigned = [ROW];
  await back();
  expect([told, asked]).toEqual([[], ["gateway/folders/mine"]]);
});

test("who takes no chats hears of none, and of what is theirs", async () => {
  const { lists, told, cut, is } = await begun();
  lists.unassigned = [ROW];
  lists.mine = [GIVEN];
  is(false);
  await cut();
  expect(told).toEqual([`assigned_to_you/c2/${AT + 2_000}`]);
});

test("lists that are away are asked again, and what a second cut ends is found after it", async () => {
  const { it, lists, told, cut } = await begun();
  lists.unassigned = [ROW];
  lists.down = true;
  it.cut();
  const looking = it.catchUp();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(told).toEqual([]);
  lists.down = false;
  await vi.advanceTimersByTimeAsync(2_000);
  await looking;
  expect(told).toEqual([CONVERSATION]);

  lists.unassigned = [ROW, { ...ROW, conversation_id: "c3", waiting_since: time(6) }];
  it.cut();
  const cutShort = it.catchUp();
  await vi.advanceTimersByTimeAsync(1_000);
  await cut();
  await cutShort;
  expect(told).toEqual([CONVERSATION, `new_conversation/c3/${AT + 6_000}`]);
});

test("what somebody took in a cut counts no more, and is taken off the desktop", async () => {
  const { it, lists, told, cut } = await begun();
  lists.unassigned = [ROW];
  await cut();
  lists.unassigned = [];
  await cut();
  expect(told).toEqual([CONVERSATION, "close conversation-c1"]);
  expect(it.unheeded.value.size).toBe(0);
  expect(document.title).toBe("Inbox");
});

test("who slept for hours is told once of all that began and was given meanwhile", async () => {
  const { lists, told, cut } = await begun();
  const hours = 3 * 3_600;
  vi.setSystemTime(AT + hours * 1_000);
  lists.unassigned = [{ ...ROW, answer_by: time(hours + 900) }];
  lists.mine = [
    GIVEN,
    {
      ...MINE,
      conversation_id: "c3",
      assigned_at: time(3),
      assigned_by: "ben",
      last_by: "agent",
      last_message_at: time(60),
    },
  ];
  await cut(1_000, hours * 1_000);
  expect(told).toEqual([CONVERSATION, `assigned_to_you/c2/${AT + 2_000}`]);

  await cut();
  expect(told).toHaveLength(2);
});

test("who is back online by themselves only after a while is told then, and of what is theirs before", async () => {
  const { it, lists, told, is } = await begun();
  lists.unassigned = [ROW];
  lists.mine = [GIVEN];
  is(null);
  it.cut();
  const looking = it.catchUp();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(told).toEqual([`assigned_to_you/c2/${AT + 2_000}`]);
  await vi.advanceTimersByTimeAsync(3_000);
  is(true);
  await vi.advanceTimersByTimeAsync(3_000);
  await looking;
  expect(told).toEqual([`assigned_to_you/c2/${AT + 2_000}`, CONVERSATION]);
});

test("who is not back is waited for no longer than a minute", async () => {
  const { it, lists, asked, is } = await begun();
  lists.unassigned = [ROW];
  is(null);
  it.cut();
  const looking = it.catchUp();
  await vi.advanceTimersByTimeAsync(60_000);
  await looking;
  const looks = () => asked.filter((path) => path === "gateway/folders/unassigned").length;
  expect(looks()).toBe(2);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(looks()).toBe(2);
});
