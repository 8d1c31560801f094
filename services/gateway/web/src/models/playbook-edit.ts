import type { Choice, ConditionCard, Flow, QuestionCard } from "../wire/types";
import {
  CARDS_MAX,
  type Card,
  cardAt,
  hung,
  isPassing,
  newId,
  type Place,
  placesOf,
  reachedFrom,
  waysOf,
  withCard,
} from "./playbook-flow";

/** What a text holds that nobody has written yet: the check tells it, so that nothing unwritten is published. */
export const UNWRITTEN = " ";
export const CHOICES_MAX = 12;

/** The flow with a new card at a place; what hung there follows it. `made` gets the card that follows. */
export function inserted(
  flow: Flow,
  place: Place,
  kind: string,
  made: (next: string) => Card,
): { flow: Flow; id: string } {
  const id = newId(flow, kind);
  const more = withCard(flow, id, made(cardAt(flow, place)));
  return { flow: hung(more, place, id), id };
}

export function isFull(flow: Flow, more = 1): boolean {
  return Object.keys(flow.cards).length + more > CARDS_MAX;
}

/** A question with one more path, which leads to an end of its own. */
export function withPath(flow: Flow, questionId: string): Flow {
  const question = questionOf(flow, questionId);
  if (question === null) return flow;
  const end = newId(flow, "end");
  const ids = new Set(question.choices.map((choice) => choice.choice_id));
  let number = question.choices.length + 1;
  while (ids.has(`path_${number}`)) number += 1;
  const path: Choice = { choice_id: `path_${number}`, label: UNWRITTEN, next: end };
  const ended = withCard(flow, end, { kind: "end", text: UNWRITTEN });
  return withCard(ended, questionId, { ...question, choices: [...question.choices, path] });
}

/** A question without one of its paths; the cards that only it led to go with it. */
export function withoutPath(flow: Flow, questionId: string, at: number): Flow {
  const question = questionOf(flow, questionId);
  if (question === null || question.choices.length < 2) return flow;
  const choices = question.choices.filter((_, place) => place !== at);
  return withoutLost(flow, withCard(flow, questionId, { ...question, choices }));
}

/** A question whose path stands in another place among its paths. */
export function withPathMoved(flow: Flow, questionId: string, from: number, to: number): Flow {
  const question = questionOf(flow, questionId);
  const path = question?.choices[from];
  if (question === null || path === undefined || to < 0 || to >= question.choices.length) return flow;
  const choices = question.choices.filter((_, place) => place !== from);
  choices.splice(to, 0, path);
  return withCard(flow, questionId, { ...question, choices });
}

/** A condition card with one more case, which leads to an end of its own. */
export function withCase(flow: Flow, id: string, when: ConditionCard["cases"][number]["when"]): Flow {
  const card = flow.cards[id];
  if (card?.kind !== "condition") return flow;
  const end = newId(flow, "end");
  const ended = withCard(flow, end, { kind: "end", text: UNWRITTEN });
  return withCard(ended, id, { ...card, cases: [...card.cases, { when, next: end }] });
}

/** A condition card without one of its cases; the cards that only it led to go with it. */
export function withoutCase(flow: Flow, id: string, at: number): Flow {
  const card = flow.cards[id];
  if (card?.kind !== "condition" || card.cases.length < 2) return flow;
  return withoutLost(
    flow,
    withCard(flow, id, { ...card, cases: card.cases.filter((_, place) => place !== at) }),
  );
}

function questionOf(flow: Flow, id: string): QuestionCard | null {
  const card = flow.cards[id];
  return card?.kind === "question" ? card : null;
}

/** Whether a card can be taken out: what comes before it has to lead somewhere. */
export function canDelete(flow: Flow, id: string): boolean {
  const card = flow.cards[id];
  if (card === undefined || Object.keys(flow.cards).length < 2) return false;
  return heirOf(flow, id) !== null || placesOf(flow, id).length === 0;
}

/** The card that takes a deleted one's place: the first that followed it, and is not itself. */
function heirOf(flow: Flow, id: string): string | null {
  const card = flow.cards[id];
  return (card && waysOf(card).find((way) => way.to !== id)?.to) ?? null;
}

/**
 * The flow without a card: what led to it leads to what followed, of a card with several ways to the first; cards that
 * only it led to go with it.
 */
export function deleted(flow: Flow, id: string): Flow {
  if (!canDelete(flow, id)) return flow;
  const heir = heirOf(flow, id);
  let now = flow;
  if (heir !== null) for (const place of placesOf(flow, id)) now = hung(now, place, heir);
  const { [id]: _, ...cards } = now.cards;
  return withoutLost(flow, { ...now, cards });
}

/** Takes out the cards that the walk reached before and reaches no more; what it never reached stays. */
function withoutLost(before: Flow, now: Flow): Flow {
  const reached = reachedFrom(now, now.start);
  const was = reachedFrom(before, before.start);
  const cards = Object.entries(now.cards).filter(([id]) => reached.has(id) || !was.has(id));
  const kept = new Set(cards.map(([id]) => id));
  // A card that was never reached may lead to one that goes: then all of them stay.
  const torn = cards.some(([, card]) => waysOf(card).some((way) => !kept.has(way.to)));
  return torn ? now : { ...now, cards: Object.fromEntries(cards) };
}

/** Why a card cannot hang at a place; null where it can, or hangs there already. */
export function whyNotThere(flow: Flow, id: string, place: Place): "branches" | "itself" | null {
  const card = flow.cards[id];
  if (card === undefined || !isPassing(card)) return "branches";
  return place.from === id ? "itself" : null;
}

/** The flow with a card moved to a place; what hung there follows it, and what led to it leads to what followed it. */
export function moved(flow: Flow, id: string, place: Place): Flow {
  const card = flow.cards[id];
  if (card === undefined || whyNotThere(flow, id, place) !== null || cardAt(flow, place) === id) return flow;
  const [way] = waysOf(card);
  if (way === undefined || way.to === id) return flow;
  let now = flow;
  for (const from of placesOf(flow, id)) now = hung(now, from, way.to);
  const next = cardAt(now, place);
  now = hung(now, place, id);
  return hung(now, { from: id, key: way.key }, next);
}

/** Where a card stands after one step up or down within its run; null where it is at the run's end. */
export function stepFrom(flow: Flow, id: string, way: "up" | "down"): Place | null {
  const card = flow.cards[id];
  if (card === undefined || !isPassing(card)) return null;
  if (way === "down") {
    const next = waysOf(card)[0]?.to ?? "";
    const after = flow.cards[next];
    return after !== undefined && isPassing(after) ? { from: next, key: "next" } : null;
  }
  const [only, ...more] = placesOf(flow, id);
  if (only === undefined || more.length > 0 || only.from === null) return null;
  const before = flow.cards[only.from];
  if (before === undefined || !isPassing(before)) return null;
  return placesOf(flow, only.from)[0] ?? null;
}
