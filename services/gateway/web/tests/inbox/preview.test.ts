import { expect, test } from "vitest";
import { Answers } from "../../src/inbox/playbooks/preview/answers";
import type { Place } from "../../src/models/playbook-preview";
import type { Frame } from "../../src/models/playbook-recorder";

const FRAME: Frame = {
  type: "event",
  stream: "visit-preview",
  version: 1,
  event: { type: "playbook.visit_ended.v1", at: "2026-01-01T00:00:00Z", reason: "end_card" },
};

/** Answers in front of a panel, with what it was asked to do. */
function played(place: Place | null = null) {
  const done: string[] = [];
  const answers = new Answers({
    enter: () => done.push("enter"),
    start: () => done.push("start"),
    answer: (card, choice) => {
      done.push(`${card}/${choice}`);
      return null;
    },
    detail: () => ({ code: "detail_not_valid", retry: "Once more." }),
    agree: () => {
      done.push("agree");
      return null;
    },
    say: (text) => {
      done.push(text);
      return null;
    },
    known: () => [FRAME],
    place: () => place,
  });
  const heard: unknown[] = [];
  const socket = { tell: (frame: unknown) => heard.push(frame) };
  const post = (path: string, body: unknown = {}) =>
    answers.request(`/api/${path}`, { method: "POST", body: JSON.stringify(body) });
  return { answers, done, heard, socket, post };
}

test("a panel enters, starts and answers as with the services", async () => {
  const { done, post } = played();
  expect((await post("gateway/visits").json()).visit_id).toBe("preview");
  expect(post("playbook/visits/preview/start").ok).toBe(true);
  expect(post("playbook/visits/preview/answers", { card_id: "a", choice_id: "b" }).ok).toBe(true);
  expect(post("playbook/visits/preview/consent").ok).toBe(true);
  expect(post("conversation/conversations/c/messages", { text: "Hello" }).ok).toBe(true);
  expect(done).toEqual(["enter", "start", "a/b", "agree", "Hello"]);
});

test("a detail that cannot be right is refused in the card's words", async () => {
  const told = played().post("playbook/visits/preview/details", { card_id: "a", value: "?" });
  expect(told.status).toBe(409);
  expect(await told.json()).toMatchObject({ code: "detail_not_valid", retry_text: "Once more." });
});

test("what is not played is refused, and asks nobody", () => {
  expect(played().post("gateway/attachments").status).toBe(403);
});

test("a socket is ready first, hears what it has not heard, and what happens from then on", () => {
  const { answers, heard, socket } = played();
  answers.push([FRAME]);
  answers.heard(socket, JSON.stringify({ type: "authorise", token: "x", have: {} }));
  expect(heard).toEqual([{ type: "ready" }, FRAME]);
  answers.heard(socket, JSON.stringify({ type: "authorise", token: "x", have: { "visit-preview": 1 } }));
  answers.heard(socket, JSON.stringify({ type: "ping" }));
  answers.push([{ ...FRAME, version: 2 }]);
  expect(heard.slice(2)).toEqual([{ type: "ready" }, { type: "pong" }, { ...FRAME, version: 2 }]);
});

test("where the visitor stands in line is told to a socket, and after what happens", () => {
  const place = { type: "queue", conversation_id: "c", position: 1 } as const;
  const { answers, heard, socket } = played(place);
  answers.heard(socket, JSON.stringify({ type: "authorise", token: "x", have: {} }));
  answers.push([{ ...FRAME, version: 2 }]);
  expect(heard).toEqual([{ type: "ready" }, FRAME, place, { ...FRAME, version: 2 }, place]);
});
