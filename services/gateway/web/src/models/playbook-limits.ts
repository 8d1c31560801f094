import type { Flow, FlowProblem } from "../wire/types";
import { UNWRITTEN } from "./playbook-edit";
import type { Card } from "./playbook-flow";
import type { Body, Formed } from "./playbook-formatted";

/** So much the services take of a text with a form. */
const BLOCKS_MAX = 20;
const ITEMS_MAX = 20;
const RUNS_MAX = 40;
const ALT_CHARS_MAX = 300;
const TEXT_CHARS_MAX = 2_000;

/** The texts of cards that may have a form, each with where the form is. */
const TEXTS = [
  ["text", "body"],
  ["online_message", "online_body"],
  ["offline_message", "offline_body"],
] as const;

/** What of a text is more than the services take. */
export type Limit = "too_many_blocks" | "too_many_items" | "too_many_runs" | "long_picture" | "long_text";

export function limitOf({ text, body = [] }: Formed): Limit | null {
  if (body.length > BLOCKS_MAX) return "too_many_blocks";
  for (const block of body) {
    if ("items" in block && block.items.length > ITEMS_MAX) return "too_many_items";
    if ("address" in block && [...block.alt].length > ALT_CHARS_MAX) return "long_picture";
    if (runsIn(block).some((runs) => runs.length > RUNS_MAX)) return "too_many_runs";
  }
  return [...text].length > TEXT_CHARS_MAX ? "long_text" : null;
}

function runsIn(block: Body[number]): readonly (readonly unknown[])[] {
  if ("runs" in block) return [block.runs];
  return "items" in block ? block.items : [];
}

/** Every text that is too much, at its card, as the check tells of what is wrong. */
export function overLimits(flow: Flow): FlowProblem[] {
  return Object.entries(flow.cards).flatMap(([id, card]) =>
    [...new Set(textsOf(card).map(({ formed }) => limitOf(formed)))].flatMap((code) =>
      code === null ? [] : [{ card_id: id, code, detail: code }],
    ),
  );
}

/** The flow with the last good text wherever one is too much, so that all else of it can be saved. */
export function withinLimits(flow: Flow, good: Flow): Flow {
  const cards = Object.entries(flow.cards).map(([id, card]): [string, Card] => {
    let kept = card;
    for (const { text, body, formed } of textsOf(card)) {
      if (limitOf(formed) === null) continue;
      const before = good.cards[id] as Readonly<Record<string, unknown>> | undefined;
      kept = { ...kept, [text]: before?.[text] ?? UNWRITTEN, [body]: before?.[body] ?? [] } as Card;
    }
    return [id, kept];
  });
  const isSame = cards.every(([id, card]) => card === flow.cards[id]);
  return isSame ? flow : { ...flow, cards: Object.fromEntries(cards) };
}

function textsOf(card: Card): { text: string; body: string; formed: Formed }[] {
  const fields = card as unknown as Readonly<Record<string, unknown>>;
  return TEXTS.flatMap(([text, body]) => {
    const written = fields[text];
    if (typeof written !== "string") return [];
    return [{ text, body, formed: { text: written, body: (fields[body] as Body | undefined) ?? [] } }];
  });
}
