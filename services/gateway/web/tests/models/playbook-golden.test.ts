import { expect, test } from "vitest";
import walked from "../../../../../tests/golden/walks.json?raw";
import { type Condition, decided, type Facts } from "../../src/models/playbook-conditions";
import { validDetail } from "../../src/models/playbook-details";
import { PreviewWalk } from "../../src/models/playbook-preview";
import type { Privacy } from "../../src/models/visitor";
import type { CaptureCard, Flow, StreamEvent } from "../../src/wire/types";

// What the services do with the same flows, answers and facts: python -m tests.golden_walks writes it.

type Seen = Readonly<Record<string, unknown>> & { type: string };
type Step = { input: string[]; seen?: Seen[]; refused?: string; retry?: string | null };

interface Golden {
  walks: {
    name: string;
    facts: Facts;
    flow: Flow;
    privacy: Privacy | null;
    begins: Seen[];
    steps: Step[];
  }[];
  details: { card: CaptureCard; kept: [string, string | null][] }[];
  conditions: { condition: Condition; tries: [Facts, string | null, boolean][] }[];
}

const golden = JSON.parse(walked) as Golden;

/** What the preview has shown since it was asked last, as far as the services told it. */
function seenOf(walk: PreviewWalk, wanted: readonly Seen[]) {
  const events = walk.frames().filter(({ stream }) => stream === "visit-preview");
  return events
    .map(({ event }) => event)
    .filter(({ type }) => type !== "playbook.visit_started.v1")
    .map((event, at) => only(event, wanted[at]));
}

function only(event: StreamEvent, wanted: Seen | undefined) {
  const told = event as unknown as Record<string, unknown>;
  return Object.fromEntries(Object.keys(wanted ?? told).map((name) => [name, told[name]]));
}

function given(walk: PreviewWalk, [what, card = "", value = ""]: readonly string[]) {
  if (what === "answer") return walk.answer(card, value);
  if (what === "detail") return walk.detail(card, value);
  if (what === "agree") return walk.agree();
  walk.expire();
  return null;
}

test.each(golden.walks)("$name", ({ facts, flow, privacy, begins, steps }) => {
  const walk = new PreviewWalk(flow, facts, "p", () => 1_000, privacy);
  expect(seenOf(walk, begins)).toEqual(begins);
  for (const { input, seen = [], refused, retry } of steps) {
    const refusal = given(walk, input);
    expect([input, refusal?.code, refusal?.retry]).toEqual([input, refused, retry ?? undefined]);
    expect([input, seenOf(walk, seen)]).toEqual([input, seen]);
  }
});

test.each(golden.details)("%# details are kept as the services keep them", ({ card, kept }) => {
  for (const [value, wanted] of kept) expect([value, validDetail(card, value)]).toEqual([value, wanted]);
});

test.each(golden.conditions)("%# conditions hold as in the services", ({ condition, tries }) => {
  const card = { kind: "condition" as const, cases: [{ when: [condition], next: "yes" }], otherwise: "no" };
  for (const [facts, said, wanted] of tries) {
    const captured = new Map(said === null ? [] : [["said", said]]);
    expect([facts, said, decided(card, facts, captured) === "yes"]).toEqual([facts, said, wanted]);
  }
});
