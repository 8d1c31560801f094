import { expect, test } from "vitest";
import {
  type Condition,
  decided,
  type Facts,
  freshCondition,
  isComplete,
  localesTyped,
  OFS,
} from "../../src/models/playbook-conditions";
import { PreviewWalk } from "../../src/models/playbook-preview";
import { apply, NOTHING, type Visit } from "../../src/models/visitor";
import { screenOf } from "../../src/models/visitor-screen";
import type { Flow, LiveChatCard } from "../../src/wire/types";
import { SHOP } from "./playbook-flows";

const USUAL: Facts = {
  online: true,
  open: true,
  opens: null,
  returning: false,
  page: "https://shop.example.com/beans?utm_source=Mail",
  locale: "pt-BR",
};
const walkOf = (flow: Flow, online = true) => new PreviewWalk(flow, { ...USUAL, online }, "p", () => 1_000);

/** What the panel shows of all frames so far; it folds them as it folds the services' own. */
function shown(walk: PreviewWalk) {
  let visit: Visit = NOTHING;
  for (const { stream, version, event } of walk.all()) {
    const next = apply(visit, stream, version, event);
    if (next === null) throw new Error("a version is missing");
    visit = next;
  }
  return screenOf(visit);
}
const lines = (walk: PreviewWalk) => shown(walk).lines.map((line) => line.text);

test("a path is walked to its end: messages go by, what visitors do not see is not shown", () => {
  const walk = walkOf(SHOP);
  expect(shown(walk).asking).toMatchObject({ cardId: "welcome", kind: "question" });
  expect(walk.answer("welcome", "beans")).toBeNull();
  expect(walk.detail("email", "nobody")).toEqual({ code: "detail_not_valid", retry: "That is none." });
  expect(walk.detail("email", " ada@example.com ")).toBeNull();
  expect(lines(walk)).toEqual([
    "Hello! What brings you here?",
    "Beans",
    "A good choice.",
    "Your e-mail?",
    "ada@example.com",
    "Goodbye!",
  ]);
  expect(shown(walk).over).toBe("end_card");
});

test("with somebody online the online message is shown, with what was said before, and a time to wait", () => {
  const walk = walkOf(SHOP);
  walk.answer("welcome", "chat");
  expect(lines(walk)).toEqual(["Hello! What brings you here?", "Chat with us", "Somebody comes."]);
  expect(shown(walk).chat?.answerBy).toBe(new Date(61_000).toISOString());
  expect(walk.isWaiting).toBe(true);
});

test("where the card tells it, whoever waits is the next in line, until the wait is over", () => {
  const live_chat = { ...SHOP.cards.live_chat, show_queue_position: true } as LiveChatCard;
  const walk = walkOf({ ...SHOP, cards: { ...SHOP.cards, live_chat } });
  expect(walk.place).toBeNull();
  walk.answer("welcome", "chat");
  expect(walk.place).toEqual({ type: "queue", conversation_id: shown(walk).chat?.id, position: 1 });
  walk.expire();
  expect(walk.place).toBeNull();

  const untold = walkOf(SHOP);
  untold.answer("welcome", "chat");
  expect(untold.place).toBeNull();
});

test("with nobody online the offline flow begins at once, without either message", () => {
  const walk = walkOf(SHOP, false);
  walk.answer("welcome", "chat");
  expect(lines(walk)).toEqual([
    "Hello! What brings you here?",
    "Chat with us",
    "Leave us your name.",
    "Your name?",
  ]);
  expect(shown(walk).chat).toBeNull();
  expect(walk.isWaiting).toBe(false);
});

test("after the wait the offline message is shown once, the flow goes on in the chat, and ends it", () => {
  const walk = walkOf(SHOP);
  walk.answer("welcome", "chat");
  walk.expire();
  walk.expire();
  expect(lines(walk).slice(2)).toEqual([
    "Somebody comes.",
    "Nobody came.",
    "Leave us your name.",
    "Your name?",
  ]);
  expect(shown(walk).asking).toMatchObject({ cardId: "name", kind: "capture" });
  walk.detail("name", "Ada");
  expect(lines(walk).slice(-2)).toEqual(["Ada", "Thank you!"]);
  expect(shown(walk).over).toBe("missed");
});

test("outside the hours the card has other messages, and a note for those who do not wait", () => {
  const outside_hours = {
    online_message: "It is late.",
    offline_message: "Again {opens}.",
    note: "Closed until {opens}.",
  };
  const live_chat = { ...SHOP.cards.live_chat, outside_hours } as LiveChatCard;
  const flow: Flow = { ...SHOP, cards: { ...SHOP.cards, live_chat } };
  const late = (facts: Partial<Facts>) => {
    const walk = new PreviewWalk(
      flow,
      { ...USUAL, open: false, opens: "Monday, 9:00", ...facts },
      "p",
      () => 1_000,
    );
    walk.answer("welcome", "chat");
    return walk;
  };
  const waiting = late({});
  expect(lines(waiting).at(-1)).toBe("It is late.");
  waiting.expire();
  expect(lines(waiting).slice(3)).toEqual(["Again Monday, 9:00.", "Leave us your name.", "Your name?"]);
  expect(lines(late({ online: false })).slice(2)).toEqual([
    "Closed until Monday, 9:00.",
    "Leave us your name.",
    "Your name?",
  ]);
  expect(lines(late({ online: false, opens: null })).slice(2)).toEqual(["Leave us your name.", "Your name?"]);
  expect(lines(late({ open: true })).at(-1)).toBe("Somebody comes.");
});

test("a text on personal data comes with the visit, and where it asks, no detail is taken before", () => {
  const walk = new PreviewWalk(SHOP, USUAL, "p", () => 1_000, { text: "We keep it.", asks: true });
  walk.answer("welcome", "beans");
  expect(shown(walk).privacy).toMatchObject({ text: "We keep it." });
  expect(shown(walk).asking).toBeNull();
  expect(walk.detail("email", "ada@example.com")).toEqual({ code: "consent_needed" });
  expect([walk.agree(), walk.agree()]).toEqual([null, null]);
  expect(shown(walk).asking).toMatchObject({ cardId: "email" });
  expect(walk.detail("email", "ada@example.com")).toBeNull();
  expect(walkOf(SHOP).agree()).toEqual({ code: "no_consent_asked" });
});

test("an answer to another card, or a choice that there is not, is refused", () => {
  const walk = walkOf(SHOP);
  expect(walk.answer("welcome", "tea")?.code).toBe("no_such_choice");
  expect(walk.answer("email", "beans")?.code).toBe("not_waiting_for_this_card");
  walk.answer("welcome", "beans");
  expect(walk.answer("welcome", "beans")?.code).toBe("not_waiting_for_this_card");
});

test("a draft that leads round in a circle, and a card that is not known here, stop the walk", () => {
  const says = (next: string) => ({ kind: "message", text: "Round", next }) as const;
  const round = walkOf({ start: "a", cards: { a: says("b"), b: says("a") } });
  expect(lines(round)).toHaveLength(2);
  const odd = { kind: "weather", otherwise: "a" } as unknown as Flow["cards"][string];
  expect(walkOf({ start: "a", cards: { a: odd } }).stuck).toBe("a");
});

test.each<[Condition, boolean]>([
  [{ of: "page", compare: "contains", value: "/BEANS" }, true],
  [{ of: "page", compare: "starts_with", value: "https://shop" }, true],
  [{ of: "page", compare: "is", value: "https://shop.example.com/" }, false],
  [{ of: "utm", parameter: "source", compare: "is", value: "mail" }, true],
  [{ of: "utm", parameter: "medium", compare: "known", value: "" }, false],
  [{ of: "locale", locales: ["en", "pt"] }, true],
  [{ of: "locale", locales: ["pt-PT"] }, false],
  [{ of: "hours", open: false }, false],
  [{ of: "online", online: true }, true],
  [{ of: "returning", returning: true }, false],
  [{ of: "captured", field: "size", compare: "at_least", value: "10" }, true],
  [{ of: "captured", field: "size", compare: "at_most", value: "2026-01-01" }, false],
  [{ of: "captured", field: "email", compare: "known", value: "" }, false],
])("%j holds: %s", (condition, wanted) => {
  const card = { kind: "condition", cases: [{ when: [condition], next: "yes" }], otherwise: "no" } as const;
  const told = decided(
    { ...card, cases: [...card.cases].map((it) => ({ ...it, when: [...it.when] })) },
    USUAL,
    new Map([["size", "12,5"]]),
  );
  expect(told).toBe(wanted ? "yes" : "no");
});

test("a condition leads the walk on by what was captured in it", () => {
  const flow: Flow = {
    ...SHOP,
    cards: {
      ...SHOP.cards,
      good: {
        kind: "condition",
        cases: [
          {
            when: [{ of: "captured", field: "email", compare: "contains", value: "@example" }],
            next: "thanks",
          },
        ],
        otherwise: "goodbye",
      },
    },
  };
  const walk = walkOf(flow);
  walk.answer("welcome", "beans");
  walk.detail("email", "ada@example.com");
  expect(lines(walk).at(-1)).toBe("Thank you!");
});

test("whatever a condition begins with can be saved; what compares with nothing cannot", () => {
  for (const of of OFS) expect(isComplete(freshCondition(of))).toBe(true);
  expect(isComplete({ of: "page", compare: "is", value: " " })).toBe(false);
  expect(isComplete({ of: "captured", field: "size", compare: "at_least", value: "big" })).toBe(false);
  expect(localesTyped("pt, en-GB")).toEqual(["pt", "en-GB"]);
  expect(localesTyped("german!")).toBeNull();
});
