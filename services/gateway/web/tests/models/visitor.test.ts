import fc from "fast-check";
import { expect, test } from "vitest";
import { apply, NOTHING, type Visit } from "../../src/models/visitor";
import { lastSeen, readable, screenOf, unreadOf } from "../../src/models/visitor-screen";
import type { StreamEvent } from "../../src/wire/types";

const WALK = "visit-1";
const CHAT = "conversation-c1";
const at = "2026-03-04T10:00:00Z";
type Told = readonly [stream: string, event: StreamEvent | null];

const TOLD = { text: "We keep your name.", asks: true };
const begun = (privacy: object): Told =>
  walk({ type: "playbook.visit_started.v1", playbook_id: "p", published: 1, privacy });
const walk = (event: object): Told => [WALK, { at, ...event } as StreamEvent];
const chat = (event: object, stream = CHAT): Told => [stream, { at, ...event } as StreamEvent];

const asked = walk({
  type: "playbook.card_shown.v1",
  card_id: "welcome",
  kind: "question",
  arrival: 1,
  text: "How can we help?",
  options: [{ choice_id: "chat", label: "Chat with us" }],
});
const picked = walk({
  type: "playbook.answer_given.v1",
  card_id: "welcome",
  arrival: 1,
  choice_id: "chat",
  label: "Chat with us",
});
const requested = walk({
  type: "playbook.live_chat_requested.v1",
  request_id: "r",
  conversation_id: "c1",
  card_id: "l",
});
const wantsName = walk({
  type: "playbook.card_shown.v1",
  card_id: "name",
  kind: "capture",
  arrival: 2,
  text: "Your name?",
  field: "name",
});
const started = chat({
  type: "conversation.conversation_started.v1",
  conversation_id: "c1",
  wait_time_s: 60,
  answer_by: "2026-03-04T10:01:00Z",
});
const online = chat({ type: "conversation.bot_posted.v1", message_id: "m1", text: "One moment." });
const mine = (id: string, text: string) =>
  chat({ type: "conversation.message_posted.v1", message_id: id, author: "visitor", text });
const taken = chat({ type: "conversation.assigned.v1", agent_name: "Ana" });
const says = (id: string, text: string) =>
  chat({ type: "conversation.message_posted.v1", message_id: id, author: "agent", author_name: "Ana", text });
const expired = chat({ type: "conversation.wait_expired.v1", reason: "wait_time" });
const sorry = chat({ type: "conversation.bot_posted.v1", message_id: "m2", text: "Sorry, all are busy." });
const asksName = chat({
  type: "conversation.bot_posted.v1",
  message_id: "m3",
  text: "Your name?",
  card_id: "name",
  field: "name",
});
const closed = (reason: string) => chat({ type: "conversation.closed.v1", reason });

/** All of it, in order, from the beginning. */
function seen(...told: Told[]): Visit {
  let visit = NOTHING;
  for (const [stream, event] of told) {
    const next = apply(visit, stream, (visit.versions[stream] ?? 0) + 1, event);
    if (next === null) throw new Error("a gap");
    visit = next;
  }
  return visit;
}

test("the walk is shown until there is a conversation, and its choice waits to be picked", () => {
  const screen = screenOf(seen(asked));

  expect(screen.lines.map((line) => line.text)).toEqual(["How can we help?"]);
  expect(screen.asking?.options[0]?.label).toBe("Chat with us");
  expect(screenOf(seen(asked, picked, requested))).toMatchObject({
    looking: true,
    asking: null,
    writes: false,
  });
});

test("from its start the conversation alone is shown, so that nothing stands twice", () => {
  const walked = chat({
    type: "conversation.bot_posted.v1",
    message_id: "w",
    text: "How can we help?",
    card_id: "welcome",
  });
  const screen = screenOf(seen(asked, picked, requested, started, walked, online));

  expect(screen.lines.map((line) => line.text)).toEqual(["How can we help?", "One moment."]);
  expect(screen).toMatchObject({ writes: true, looking: false });
  expect(screen.chat?.answerBy).toBe("2026-03-04T10:01:00Z");
});

test("nobody on line: a conversation that was declined is none, and the walk goes on", () => {
  const declined = chat({ type: "conversation.live_chat_declined.v1", reason: "nobody_online" });
  const offline = walk({
    type: "playbook.offline_flow_started.v1",
    request_id: "r",
    conversation_id: "c1",
    reason: "nobody_online",
    card_id: "l",
  });
  const screen = screenOf(seen(asked, picked, requested, declined, offline, wantsName));

  expect(screen).toMatchObject({ chat: null, looking: false });
  expect(screen.asking?.shown.field).toBe("name");
});

test("nobody in time: the offline message stands once, and its card is answered when the conversation says it", () => {
  const early = seen(asked, picked, requested, started, online, expired, sorry, wantsName);

  expect(screenOf(early).asking).toBeNull();
  const screen = screenOf(
    seen(asked, picked, requested, started, online, expired, sorry, wantsName, asksName),
  );
  expect(screen.asking).toMatchObject({ cardId: "name", shown: { field: "name" } });
  expect(screen.lines.filter((line) => line.text === "Sorry, all are busy.")).toHaveLength(1);
  expect(screen.chat?.answerBy).toBeNull();
});

test("once an agent has come no card waits, and their name stands", () => {
  const late = seen(asked, picked, requested, started, online, expired, sorry, wantsName, asksName, taken);

  expect(screenOf(late).asking).toBeNull();
  expect(screenOf(late).chat).toMatchObject({ agent: "Ana", answerBy: null });
});

test("an agent leaves and nobody comes: one waits again, then a text and a contact form are shown", () => {
  const left = chat({ type: "conversation.released.v1", answer_by: "2026-03-04T10:09:00Z" });
  const nobody = chat({
    type: "conversation.wait_expired.v1",
    reason: "wait_time",
    offline_message: "Sorry.",
  });
  const waits = screenOf(seen(started, online, taken, left));
  const over = screenOf(seen(started, online, taken, left, nobody));

  expect(waits.chat).toMatchObject({ agent: null, answerBy: "2026-03-04T10:09:00Z" });
  expect(waits.lines.at(-1)).toMatchObject({ note: "released", name: "Ana" });
  expect(over.chat?.missedText).toBe("Sorry.");
  expect(over.lines.filter((line) => line.text === "Sorry.")).toHaveLength(1);
  const again = chat({ type: "conversation.assigned.v1", agent_name: "Ben" });
  expect(screenOf(seen(started, online, taken, left, nobody, again)).chat?.missedText).toBeNull();
});

test("a closed chat is over, takes no words, and says why", () => {
  for (const reason of ["resolved", "missed", "visitor_ended"] as const) {
    expect(screenOf(seen(started, online, taken, closed(reason)))).toMatchObject({
      over: reason,
      writes: false,
    });
  }
});

test("what others said counts as unread until it was seen, here or on another screen", () => {
  const read = chat({ type: "conversation.messages_read.v1", reader: "visitor", up_to: 4 });
  const screen = screenOf(seen(started, online, taken, says("a", "Hello"), read, says("b", "There?")));

  expect(unreadOf(screen, 0)).toBe(1);
  expect(unreadOf(screen, 6)).toBe(0);
  expect(readable(screen)).toBe(6);
});

test("“Seen” stands under the last own message that the agent has read", () => {
  const read = (up_to: number) => chat({ type: "conversation.messages_read.v1", reader: "agent", up_to });

  expect(lastSeen(screenOf(seen(started, mine("a", "Hi"), read(2))))).toBe("a");
  expect(lastSeen(screenOf(seen(started, mine("a", "Hi"), mine("b", "You?"), read(2))))).toBeNull();
});

test("an event that is not for visitors counts by its version alone", () => {
  const visit = seen(started, [CHAT, null], online);

  expect(visit.versions[CHAT]).toBe(3);
  expect(screenOf(visit).lines).toHaveLength(1);
});

test("whatever is cut, doubled, reloaded or mixed, the screen comes out the same", () => {
  const whole: Told[] = [
    asked,
    picked,
    requested,
    started,
    online,
    mine("a", "Hi"),
    expired,
    sorry,
    wantsName,
    asksName,
    taken,
    says("b", "Hello"),
    mine("c", "At last"),
    closed("resolved"),
    walk({ type: "playbook.visit_ended.v1", reason: "conversation_closed" }),
  ];
  const streams = [...new Set(whole.map(([stream]) => stream))];
  const logs = new Map(streams.map((stream) => [stream, whole.filter(([of]) => of === stream)]));
  const step = fc.record({
    stream: fc.constantFrom(...streams),
    what: fc.constantFrom("next", "again", "gap", "reload"),
    version: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let visit = NOTHING;
      const hear = (stream: string, version: number) => {
        const told = logs.get(stream)?.[version - 1];
        if (told !== undefined) visit = apply(visit, stream, version, told[1]) ?? visit;
      };
      for (const { stream, what, version } of steps) {
        const has = visit.versions[stream] ?? 0;
        if (what === "reload") visit = NOTHING;
        else if (what === "next") hear(stream, has + 1);
        else if (what === "again") hear(stream, Math.min(version, has));
        else expect(apply(visit, stream, has + 2, null)).toBeNull();
      }
      // Connected again, it gets what it has not.
      for (const stream of streams) {
        for (
          let version = (visit.versions[stream] ?? 0) + 1;
          version <= (logs.get(stream)?.length ?? 0);
          version += 1
        ) {
          hear(stream, version);
        }
      }
      expect(screenOf(visit)).toEqual(screenOf(seen(...whole)));
    }),
  );
});

test("a detail is asked for once the visitor has agreed, where the visit asks; a question needs no consent", () => {
  const agreed = walk({ type: "playbook.consent_given.v1", text_sha256: "5a" });

  expect(screenOf(seen(begun(TOLD), asked)).asking?.cardId).toBe("welcome");
  expect(screenOf(seen(begun(TOLD), wantsName))).toMatchObject({ asking: null, privacy: TOLD });
  expect(screenOf(seen(begun(TOLD), wantsName, agreed))).toMatchObject({
    asking: { cardId: "name" },
    privacy: null,
  });
});

test("a text that asks nothing is told beside what is asked for", () => {
  const only = { ...TOLD, asks: false };

  expect(screenOf(seen(begun(only), wantsName))).toMatchObject({ asking: { cardId: "name" }, privacy: only });
});
