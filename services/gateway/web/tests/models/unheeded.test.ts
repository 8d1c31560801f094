import { expect, test } from "vitest";
import { heeded, NOTHING, noticed, rowChanged, settled, titled, unread } from "../../src/models/unheeded";

const me = "agent-1";
const at = "2026-03-04T10:00:00+00:00";
const later = "2026-03-04T10:00:05Z";
const earlier = "2026-03-04T09:59:59Z";
const row = { conversation_id: "c1", status: "open", holder_id: me, unread: 1, changed_at: later };
const message = noticed(NOTHING, { conversation_id: "c1", kind: "new_message", at });
const queued = noticed(NOTHING, { conversation_id: "c1", kind: "new_conversation", at });
const assigned = noticed(NOTHING, { conversation_id: "c1", kind: "assigned_to_you", at });

test("conversations count once, by their last notice, in whichever order notices come", () => {
  const both = noticed(message, { conversation_id: "c1", kind: "assigned_to_you", at: earlier });

  expect(both).toEqual(message);
  expect(noticed(message, { conversation_id: "c2", kind: "new_message", at }).size).toBe(2);
  expect(noticed(queued, { conversation_id: "c1", kind: "new_message", at: later }).get("c1")?.kind).toBe(
    "new_message",
  );
});

test("what a list tells of unread messages counts as if its notice had come", () => {
  const told = { ...row, last_message_at: at };

  expect(unread(NOTHING, told).get("c1")).toEqual({ kind: "new_message", at: later });
  expect(unread(assigned, told)).toBe(assigned);
  for (const none of [
    { ...told, unread: 0 },
    { ...told, status: "closed" },
  ])
    expect(unread(NOTHING, none)).toBe(NOTHING);
  expect(rowChanged(unread(NOTHING, told), { ...row, unread: 0 }, me).size).toBe(0);
});

test("of two rows the older one, of whoever held it before, takes nothing back", () => {
  const given = unread(NOTHING, { ...row, last_message_at: earlier });

  expect(rowChanged(given, { ...row, holder_id: "agent-2", changed_at: at }, me)).toBe(given);
});

test("looking at a conversation heeds it, and no other", () => {
  expect(heeded(message, "c1").size).toBe(0);
  expect(heeded(message, "c2")).toBe(message);
});

test.each([
  ["a message, once it is read", message, { unread: 0 }, 0],
  ["a message, while it is not", message, {}, 1],
  ["a message, once somebody else holds it", message, { holder_id: "agent-2" }, 0],
  ["an assignment stays until it is looked at", assigned, { unread: 0 }, 1],
  ["an assignment that went on to another", assigned, { holder_id: "agent-2" }, 0],
  ["one in Unassigned, while nobody holds it", queued, { holder_id: null, unread: 0 }, 1],
  ["one in Unassigned, once somebody took it", queued, { holder_id: "agent-2" }, 0],
  ["one in Unassigned that I took myself", queued, {}, 0],
  ["anything closed", assigned, { status: "closed" }, 0],
  ["anything erased", message, { gone: true, status: undefined, changed_at: undefined }, 0],
  ["a row from before the notice", message, { unread: 0, changed_at: earlier }, 1],
  ["another's row", message, { conversation_id: "c2", status: "closed" }, 1],
])("%s", (_, state, change, left) => {
  const after = rowChanged(state, { ...row, ...change } as typeof row, me);

  expect(after.size).toBe(left);
  expect(settled(state, after)).toEqual(left === 0 ? ["c1"] : []);
});

test("the title tells the count once", () => {
  expect(titled("Inbox", 3)).toBe("(3) Inbox");
  expect(titled("(3) Inbox", 4)).toBe("(4) Inbox");
  expect(titled("(99+) Inbox", 0)).toBe("Inbox");
  expect(titled("Inbox", 100)).toBe("(99+) Inbox");
  expect(titled("(Beta) Inbox", 0)).toBe("(Beta) Inbox");
});
