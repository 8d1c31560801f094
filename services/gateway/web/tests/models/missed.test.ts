import { expect, test } from "vitest";
import { type Back, missed, SILENCE_MS, stillUnheeded } from "../../src/models/missed";
import { NOTHING, noticed } from "../../src/models/unheeded";
import type { InboxRow } from "../../src/wire/types";
import { ROW } from "../row";

const AT = Date.parse("2026-03-04T10:00:00Z");
const time = (seconds: number) => new Date(AT + seconds * 1_000).toISOString();
const back: Back = {
  agentId: "ana",
  online: true,
  off: [],
  begunAt: AT - 3_600_000,
  cutAt: AT - 10_000,
  now: AT + 20_000,
};
const given: InboxRow = {
  ...ROW,
  folder: "ana",
  holder_id: "ana",
  assigned_at: time(5),
  assigned_by: "ben",
  waiting_since: time(-7_200),
};
const kinds = (row: Partial<InboxRow>, how: Partial<Back> = {}) =>
  missed([{ ...ROW, ...row }], { ...back, ...how }).map((one) => one.kind);

test("who began to wait in a cut is told of until the wait is over, by the name of its own notice", () => {
  expect(missed([ROW], back)).toEqual([
    {
      id: `new_conversation/c1/${AT}`,
      kind: "new_conversation",
      conversation_id: "c1",
      tag: "conversation-c1",
      renotify: true,
      text: null,
      at: time(0).replace(".000", ""),
      expires_at: ROW.answer_by,
    },
  ]);
  expect(kinds({}, { now: Date.parse(ROW.answer_by) })).toEqual([]);
});

test.each([
  ["was missed by everybody", { missed: true }, {}],
  ["somebody has", { holder_id: "ben" }, {}],
  ["is closed", { status: "closed" }, {}],
  ["waited before the cut", { waiting_since: time(-41) }, {}],
  ["is none of mine while I take no chats", {}, { online: false }],
  ["is of a kind that I have switched off", {}, { off: ["new_conversation"] }],
] as const)("one that %s is not told of", (_, row, how) => {
  expect(kinds(row, how)).toEqual([]);
});

test("a socket may have been dead before that was seen, and who waits anew began long ago", () => {
  expect(kinds({ waiting_since: new Date(back.cutAt - SILENCE_MS).toISOString() })).toHaveLength(1);
  expect(kinds({ started_at: time(-7_200), waiting_since: time(3) })).toEqual(["new_conversation"]);
  expect(kinds({ waiting_since: null })).toEqual(["new_conversation"]);
});

test("what a colleague gave me is told of within the hour, or after a cut however long, and what I took myself is not", () => {
  expect(kinds(given)).toEqual(["assigned_to_you"]);
  expect(kinds(given, { online: false })).toEqual(["assigned_to_you"]);
  expect(kinds({ ...given, assigned_by: "ana" })).toEqual([]);
  expect(kinds({ ...given, holder_id: "ben" })).toEqual([]);
  expect(kinds({ ...given, status: "closed" })).toEqual([]);
  expect(kinds(given, { begunAt: AT + 6_000 })).toEqual([]);
  expect(kinds(given, { now: AT + 3_606_000 })).toEqual(["assigned_to_you"]);
  expect(kinds(given, { now: AT + 3_606_000, cutAt: AT + 3_600_000 })).toEqual([]);
  const answered = { ...given, last_by: "agent" as const };
  expect(kinds({ ...answered, last_message_at: time(6) })).toEqual([]);
  expect(kinds({ ...answered, last_message_at: time(4) })).toEqual(["assigned_to_you"]);
  expect(kinds(given, { off: ["assigned_to_you"] })).toEqual([]);
});

test("the oldest is told first", () => {
  const later = { ...ROW, conversation_id: "c2", waiting_since: time(9) };
  const ids = missed([later, { ...given, conversation_id: "c3" }, ROW], back).map(
    (one) => one.conversation_id,
  );
  expect(ids).toEqual(["c1", "c3", "c2"]);
});

test("what was taken, closed or read in a cut counts no more, and what came since does", () => {
  const at = time(-60);
  const before = ["c1", "c2", "c3"].reduce(
    (all, id) => noticed(all, { conversation_id: id, kind: "new_conversation", at }),
    NOTHING,
  );
  const now = ["c3", "c4"].reduce(
    (all, id) => noticed(all, { conversation_id: id, kind: "new_message", at: time(1) }),
    before,
  );
  const rows = [ROW, { ...given, conversation_id: "c2" }];

  expect([...stillUnheeded(now, before, rows, "ana").keys()]).toEqual(["c1", "c3", "c4"]);
});
