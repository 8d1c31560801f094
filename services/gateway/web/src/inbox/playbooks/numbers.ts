import { signal } from "@preact/signals";
import type { Card } from "../../models/playbook-flow";
import { same } from "../../models/playbook-merge";
import type { Api } from "../../wire/api";
import type { CardFunnel, Flow } from "../../wire/types";
import { everyPage } from "../pages";

/** What became of the visits to a published version, by card; and the cards that they met. */
export interface Figures {
  readonly published: number;
  readonly flow: Flow;
  readonly cards: ReadonlyMap<string, CardFunnel>;
}

/** Reads those of a version as they are now. Raises the Problem of a refusal. */
export async function figuresOf(api: Api, path: string, published: number): Promise<Figures> {
  const [flow, cards] = await Promise.all([
    api.get<Flow>(`${path}/flow?published=${published}`),
    everyPage<CardFunnel>(api, `${path}/funnels/${published}`),
  ]);
  return { published, flow, cards: new Map(cards.map((card) => [card.card_id, card])) };
}

/** The figures beside the draft's cards. */
export class Numbers {
  /** Null while they are not shown. */
  readonly shown = signal<Figures | null>(null);
  private wanted: number | null = null;

  constructor(
    private readonly api: Api,
    private readonly path: string,
  ) {}

  /** Shows those of a published version, as they are now. Raises the Problem of a refusal. */
  async show(published: number): Promise<void> {
    this.wanted = published;
    const figures = await figuresOf(this.api, this.path, published);
    // What was asked for meanwhile is what is to be seen.
    if (this.wanted === published) this.shown.value = figures;
  }

  /** Where they are shown, those of another version from now on. */
  async follow(published: number): Promise<void> {
    if (this.wanted !== null && this.wanted !== published) await this.show(published);
  }

  hide(): void {
    this.wanted = null;
    this.shown.value = null;
  }
}

/** How many visits came to a card, and how many of them no further; null where the version has no such card. */
export function cameTo(figures: Figures | null, id: string): { came: number; left: number } | null {
  if (figures === null || !Object.hasOwn(figures.flow.cards, id)) return null;
  const { arrived: came = 0, left = 0 } = figures.cards.get(id) ?? {};
  return { came, left };
}

/** How many visits went a way out of a card; null where it is not told, or where the card is not as they met it. */
export function wentOn(figures: Figures | null, id: string, card: Card, key: string): number | null {
  if (figures === null || !same(figures.flow.cards[id], card)) return null;
  const paths = figures.cards.get(id)?.paths ?? {};
  const [name, at] = key.split("/");
  if (card.kind === "question") {
    const choice = card.choices[Number(at)];
    return choice === undefined ? null : (paths[choice.choice_id] ?? 0);
  }
  if (card.kind === "condition") return paths[name === "cases" ? `case-${Number(at) + 1}` : "otherwise"] ?? 0;
  if (card.kind !== "live_chat") return null;
  return Object.values(paths).reduce((sum, count) => sum + count, 0);
}
