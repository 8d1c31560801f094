import fc from "fast-check";
import { expect, test } from "vitest";
import {
  applied,
  EMPTY,
  type Entry,
  lastSeen,
  ownStanding,
  type Thread,
  unreadUpTo,
  visitorName,
} from "../../src/models/thread";
import { blocksOf } from "../../src/models/thread-blocks";

const at = (minute: number) => new Date(Date.UTC(2026, 2, 4, 10, minute)).toISOString();

function entries(...events: (Record<string, unknown> | null)[]): Entry[] {
  return events.map((event, index) => ({
    version: index + 1,
    event: event && { at: at(index), ...event, type: `conversation.${String(event.type)}.v1` },
  }));
}

const STORY = entries(
  {
    type: "conversation_started",
    visit_id: "v",
    answer_by: at(9),
    captured: [{ field: "name", value: "Rui" }],
  },
  {
    type: "bot_posted",
    message_id: "b1",
    text: "What brings you here?",
    card_id: "welcome",
    options: [
      { choice_id: "chat", label: "Chat with us" },
      { choice_id: "buy", label: "Buy" },
    ],
  },
  {
    type: "message_posted",
    message_id: "m1",
    author: "visitor",
    author_id: "x",
    text: "Chat with us",
    card_id: "welcome",
  },
  { type: "wait_expired", reason: "wait_time" },
  { type: "assigned", agent_id: "ana", agent_name: "Ana", late: true },
  {
    type: "message_posted",
    message_id: "m2",
    author: "agent",
    author_id: "ana",
    author_name: "Ana",
    text: "Hello",
  },
  { type: "messages_read", reader: "visitor", up_to: 6 },
  null,
  { type: "message_posted", message_id: "m3", author: "visitor", author_id: "x", text: "Hi" },
  { type: "reassigned", agent_id: "ben", agent_name: "Ben", previous_agent_id: "ana" },
  { type: "visitor_left" },
  { type: "visitor_returned" },
  { type: "answer_withheld", message_id: "m9", card_id: "ask", reason: "visitor_blocked" },
  { type: "released", previous_agent_id: "ben", answer_by: at(30) },
  { type: "closed", reason: "visitor_ended" },
);
const upTo = (version: number): Thread => applied(EMPTY, STORY.slice(0, version));

test("a conversation is what its events tell", () => {
  const whole = upTo(STORY.length);
  expect(whole).toMatchObject({
    version: 15,
    status: "closed",
    holder: null,
    missed: false,
    answerBy: at(30),
  });
  expect(whole.items.map((item) => (item.kind === "line" ? [item.what, item.name] : item.text))).toEqual([
    ["started", null],
    "What brings you here?",
    "Chat with us",
    ["wait_over", null],
    ["joined_late", "Ana"],
    "Hello",
    "Hi",
    ["reassigned", "Ben"],
    ["visitor_left", null],
    ["visitor_returned", null],
    ["answer_withheld", null],
    ["released", "Ben"],
    ["closed_visitor_ended", null],
  ]);
  expect(visitorName(whole)).toBe("Rui");
});

test("however often and in which portions events come, the screen is the same", () => {
  const cuts = fc.array(fc.tuple(fc.nat(STORY.length), fc.nat(STORY.length)), { maxLength: 12 });
  fc.assert(
    fc.property(cuts, (portions) => {
      const pieces = portions.map(([from, size]) => STORY.slice(from, from + size));
      const some = pieces.reduce(applied, EMPTY);
      expect(some).toEqual(upTo(some.version));
      expect(applied(some, STORY)).toEqual(upTo(STORY.length));
    }),
  );
});

test("the choice that a visitor picked is told at the card, and once", () => {
  const card = upTo(3).items[1];
  expect(card).toMatchObject({ author: "bot", picked: "Chat with us" });
  expect(upTo(2).items[1]).toMatchObject({ picked: null });
});

test("what is unread ends with what the visitor wrote last", () => {
  expect(unreadUpTo(upTo(2))).toBeNull();
  expect(unreadUpTo(upTo(7))).toBe(3);
  const read = [...STORY.slice(0, 9), ...entries({ type: "messages_read", reader: "agent", up_to: 9 })];
  const all = read.map((entry, index) => ({ ...entry, version: index + 1 }));
  expect(unreadUpTo(applied(EMPTY, all))).toBeNull();
});

test("the last of the agents' messages that was seen is known", () => {
  expect(lastSeen(upTo(6))).toBeNull();
  expect(lastSeen(upTo(7))).toBe("m2");
  expect(ownStanding(upTo(9), "ana").map((own) => own.messageId)).toEqual(["m2"]);
});

test("messages of one person stand together, days apart, notes by their time", () => {
  const said = entries(
    { type: "message_posted", message_id: "a", author: "visitor", author_id: "x", text: "1", at: at(0) },
    { type: "message_posted", message_id: "b", author: "visitor", author_id: "x", text: "2", at: at(1) },
    { type: "message_posted", message_id: "c", author: "agent", author_id: "ana", text: "3", at: at(2) },
    { type: "message_posted", message_id: "d", author: "agent", author_id: "ana", text: "4", at: at(59) },
    { type: "closed", reason: "resolved", at: at(24 * 60) },
  );
  const note = { noteId: "n", at: at(30), by: "ana", byName: "Ana", text: "VIP" };
  const late = { ...note, noteId: "late", at: at(25 * 60) };
  const blocks = blocksOf(applied(EMPTY, said).items, [late, note], (time) => time.slice(0, 10));
  expect(blocks.map((block) => block.key)).toEqual([
    "day-2026-03-04",
    "a",
    "c",
    "n",
    "d",
    "day-2026-03-05",
    "line-5",
    "late",
  ]);
});
