import fc from "fast-check";
import { expect, test } from "vitest";
import {
  colleagues,
  type InboxState,
  listed,
  NOTHING,
  waitOf,
  withAgents,
  withCounts,
  withPage,
  withRows,
} from "../../src/models/inbox";
import type { InboxRow, Member } from "../../src/wire/types";
import { ROW } from "../row";

const FOLDERS = ["unassigned", "closed", "ana", "ben"];
const at = (minute: number) => new Date(Date.UTC(2026, 2, 4, 10, minute)).toISOString();

function row(id: number, version: number, folder: string, more: Partial<InboxRow> = {}): InboxRow {
  return {
    ...ROW,
    folder,
    version,
    conversation_id: `c${id}`,
    visit_id: `v${id}`,
    status: folder === "closed" ? "closed" : "open",
    holder_id: FOLDERS.indexOf(folder) > 1 ? folder : null,
    started_at: at(id),
    answer_by: at(id + 1),
    changed_at: at(id + version),
    waiting_since: folder === "unassigned" && version > 1 ? at(id + version) : at(id),
    ...more,
  };
}

/** A history: at each step one conversation begins in Unassigned or moves. */
const histories = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom(...FOLDERS)), { maxLength: 40 })
  .map((steps) => {
    const versions = new Map<number, number>();
    return steps.map(([id, folder]) => {
      const version = (versions.get(id) ?? 0) + 1;
      versions.set(id, version);
      return row(id, version, version === 1 ? "unassigned" : folder);
    });
  });

/** What a server that heard all of these rows answers. */
function fresh(rows: readonly InboxRow[]): InboxState {
  const last = new Map(rows.map((one) => [one.conversation_id, one]));
  const counts: Record<string, number> = {};
  for (const one of last.values()) counts[one.folder] = (counts[one.folder] ?? 0) + 1;
  return { ...NOTHING, rows: last, counts };
}

/** As the service pages a folder: the newest begun first. The begin of a conversation here is its number. */
function paged(server: InboxState, folder: string): InboxRow[] {
  const items = [...server.rows.values()].filter((one) => one.folder === folder);
  return items.sort(
    (one, other) => Number(other.conversation_id.slice(1)) - Number(one.conversation_id.slice(1)),
  );
}

function read(state: InboxState, server: InboxState, folders = FOLDERS): InboxState {
  const counted = withCounts(state, server.counts);
  return folders.reduce((now, folder) => {
    const items = paged(server, folder);
    return withPage(now, { folder, items, after: null, more: false, doubted: now });
  }, counted);
}

/** What stands in the lists, whatever its order: that has tests of its own. */
const shown = (state: InboxState) => ({
  lists: FOLDERS.map((folder) => new Set(listed(state, folder))),
  counts: FOLDERS.map((folder) => state.counts[folder] ?? 0),
});

test("what was read and the rows since are what would be read now", () => {
  fc.assert(
    fc.property(histories, fc.nat(), (history, cut) => {
      const at = history.length === 0 ? 0 : cut % (history.length + 1);
      const snapshot = read(NOTHING, fresh(history.slice(0, at)));
      expect(shown(withRows(snapshot, history.slice(at) as never))).toEqual(shown(fresh(history)));
    }),
  );
});

test("rows that come twice, or that the snapshot knows already, change nothing", () => {
  fc.assert(
    fc.property(histories, fc.nat(), (history, cut) => {
      const from = history.length === 0 ? 0 : cut % (history.length + 1);
      const all = fresh(history);
      expect(shown(withRows(read(NOTHING, all), history.slice(from) as never))).toEqual(shown(all));
    }),
  );
});

test("rows that were missed in a cut are made good by reading again", () => {
  fc.assert(
    fc.property(histories, fc.nat(), fc.nat(), (history, one, other) => {
      const [from, to] = [one, other].map((n) => n % (history.length + 1)).sort((a, b) => a - b);
      const before = withRows(NOTHING, history.slice(0, from) as never);
      const again = read(before, fresh(history.slice(0, to)));
      expect(shown(withRows(again, history.slice(to) as never))).toEqual(shown(fresh(history)));
    }),
  );
});

test("a row that comes while its folder is read counts for more than what was read", () => {
  const doubted = withRows(NOTHING, [row(1, 1, "unassigned")] as never);
  const meanwhile = withRows(doubted, [row(1, 2, "ana"), row(2, 1, "unassigned")] as never);
  const page = { folder: "unassigned", items: [row(1, 1, "unassigned")], after: null, more: false, doubted };
  const state = withPage(meanwhile, page);
  expect(listed(state, "ana").map((one) => one.conversation_id)).toEqual(["c1"]);
  expect(listed(state, "unassigned").map((one) => one.conversation_id)).toEqual(["c2"]);
});

test("a page says nothing of what is beyond it", () => {
  const known = withRows(NOTHING, [1, 2, 3, 4].map((id) => row(id, 1, "unassigned")) as never);
  const items = [row(4, 1, "unassigned"), row(3, 1, "unassigned")];
  const page = { folder: "unassigned", items, after: null, more: true, doubted: known };
  expect(listed(withPage(known, page), "unassigned")).toHaveLength(4);
});

test("a page of some says nothing of the others", () => {
  const known = withRows(NOTHING, [1, 2].map((id) => row(id, 1, "closed")) as never);
  const page = {
    folder: "closed",
    items: [row(2, 1, "closed")],
    after: null,
    more: false,
    partial: true,
    doubted: known,
  };
  expect(listed(withPage(known, page), "closed")).toHaveLength(2);
});

test("what was erased is taken out, also of what a GET tells a moment later", () => {
  const begun = withCounts(withRows(NOTHING, [row(1, 1, "unassigned")] as never), { unassigned: 1 });
  const erased = withRows(begun, [{ kind: "conversation", conversation_id: "c1", gone: true }]);
  expect(shown(erased)).toEqual(shown(NOTHING));
  const page = {
    folder: "unassigned",
    items: [row(1, 1, "unassigned")],
    after: null,
    more: false,
    doubted: erased,
  };
  expect(listed(withPage(erased, page), "unassigned")).toEqual([]);
});

test("rebuilt rows count for more than those before, whatever their version", () => {
  const state = withRows(NOTHING, [row(1, 9, "ana"), row(1, 3, "ben", { generation: 2 })] as never);
  expect(listed(state, "ben")).toHaveLength(1);
});

const ids = (state: InboxState, folder: string) => listed(state, folder).map((one) => one.conversation_id);

test("those who wait longest come first, however they come, and who waits anew stands behind them", () => {
  const waiting = [
    row(1, 5, "unassigned", { waiting_since: at(9) }),
    row(2, 1, "unassigned"),
    row(3, 1, "unassigned"),
    row(4, 1, "unassigned", { waiting_since: at(3) }),
    // Of a service that tells no time of its own it is the begin.
    row(5, 1, "unassigned", { waiting_since: null }),
  ];
  for (const order of [
    [0, 1, 2, 3, 4],
    [4, 3, 2, 1, 0],
    [2, 0, 4, 1, 3],
  ]) {
    const state = withRows(NOTHING, order.map((place) => waiting[place]) as never);
    expect(ids(state, "unassigned")).toEqual(["c2", "c3", "c4", "c5", "c1"]);
  }
  const again = row(2, 4, "unassigned", { waiting_since: at(20) });
  const state = withRows(NOTHING, [...waiting, row(2, 3, "ana"), again] as never);
  expect(ids(state, "unassigned")).toEqual(["c3", "c4", "c5", "c1", "c2"]);
});

test("of one's own those that stirred last come first, and of closed ones those that began last", () => {
  const state = withRows(NOTHING, [
    row(3, 2, "ana", { last_message_at: at(5) }),
    row(4, 2, "ana", { last_message_at: at(4) }),
    row(6, 2, "ana"),
    row(7, 2, "closed", { last_message_at: at(8) }),
    row(8, 2, "closed"),
    row(5, 2, "closed", { waiting_since: at(30) }),
  ] as never);
  expect(ids(state, "ana")).toEqual(["c6", "c3", "c4"]);
  expect(ids(state, "closed")).toEqual(["c8", "c7", "c5"]);
});

test("a row tells how long its visitor has waited, and what is left of the wait time as long as some is", () => {
  const begun = row(1, 1, "unassigned", { answer_by: at(3) });
  const now = (seconds: number) => Date.parse(at(1)) + seconds * 1_000;
  expect(waitOf(begun, now(0))).toEqual({ waited_s: 0, left_s: 120 });
  expect(waitOf(begun, now(45.5))).toEqual({ waited_s: 45.5, left_s: 74.5 });
  expect(waitOf(begun, now(120))).toEqual({ waited_s: 120, left_s: null });
  expect(waitOf(begun, now(-2))).toEqual({ waited_s: 0, left_s: 122 });
  expect(waitOf({ ...begun, missed: true }, now(60))).toEqual({ waited_s: 60, left_s: null });
  const anew = { ...begun, waiting_since: at(61), answer_by: at(63) };
  expect(waitOf(anew, now(3_610))).toEqual({ waited_s: 10, left_s: 110 });
});

test("of an agent the newest is known, by GET or by row, and oneself is no colleague", () => {
  const told = { agent_id: "ben", name: "Ben", online: false, changed_at: at(0), version: 4 };
  const agent = { kind: "agent", generation: 1, ...told };
  const state = withRows(withAgents(NOTHING, [told, { ...told, agent_id: "ana" }]), [
    { ...agent, version: 3, online: true },
    { ...agent, version: 5, online: true },
  ]);
  expect(colleagues(withAgents(state, [told]), "ana")).toEqual([{ ...agent, version: 5, online: true }]);
});

test("who has left while nobody listened is gone with the next GET, and who came during it stays", () => {
  const told = { agent_id: "ben", name: "Ben", online: true, changed_at: at(0), version: 4 };
  const cora = { kind: "agent", generation: 1, ...told, agent_id: "cora" };
  const before = withAgents(NOTHING, [told]);
  const during = withRows(before, [cora]);
  expect([...withAgents(during, [], before).agents.keys()]).toEqual(["cora"]);
  const again = withRows(before, [{ kind: "agent", generation: 1, ...told, version: 5 }]);
  expect([...withAgents(again, [], before).agents.keys()]).toEqual(["ben"]);
});

test("who was removed is a colleague only as long as something of theirs is left, by the name that the team tells", () => {
  const told = { agent_id: "ben", name: "Ben", online: true, changed_at: at(0), version: 4 };
  const member = (state: string) => ({ agent_id: "ben", name: "Ben", state }) as unknown as Member;
  const team = new Map([["ben", member("removed")]]);
  const known = withAgents(NOTHING, [told]);
  const gone = withRows(known, [{ kind: "agent", agent_id: "ben", gone: true }]);
  const names = (state: InboxState) => colleagues(state, "ana", team).map((one) => [one.name, one.online]);
  expect(names(gone)).toEqual([]);
  expect(names(known)).toEqual([]);
  expect(names(withCounts(gone, { ben: 1, unassigned: 2 }))).toEqual([["Ben", false]]);
  expect(names(withCounts(known, { ben: 1 }))).toEqual([["Ben", true]]);
  expect(colleagues(known, "ana", new Map([["ben", member("joined")]]))).toHaveLength(1);
});
