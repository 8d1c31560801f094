import { signal } from "@preact/signals";
import type { Card } from "../../models/playbook-flow";
import type { Api } from "../../wire/api";
import type { CardFunnel } from "../../wire/types";
import { everyPage } from "../pages";

/** What became of the visits to a version, by card. */
export class Numbers {
  /** Null while they are not shown. */
  readonly shown = signal<ReadonlyMap<string, CardFunnel> | null>(null);

  constructor(
    private readonly api: Api,
    private readonly path: string,
  ) {}

  /** Shows those of a published version, as they are now. Raises the Problem of a refusal. */
  async show(published: number): Promise<void> {
    const cards = await everyPage<CardFunnel>(this.api, `${this.path}/funnels/${published}`);
    this.shown.value = new Map(cards.map((card) => [card.card_id, card]));
  }

  hide(): void {
    this.shown.value = null;
  }
}

/** How many visits went a way out of a card; null where it is not told. */
export function wentOn(card: Card, key: string, funnel: CardFunnel | undefined): number | null {
  if (funnel === undefined) return null;
  if (card.kind === "question") {
    const choice = card.choices[Number(key.split("/")[1])];
    return choice === undefined ? null : (funnel.paths[choice.choice_id] ?? 0);
  }
  if (card.kind === "condition") {
    const [name, at] = key.split("/");
    return funnel.paths[name === "cases" ? `case-${Number(at) + 1}` : "otherwise"] ?? 0;
  }
  if (card.kind !== "live_chat") return null;
  return Object.values(funnel.paths).reduce((sum, count) => sum + count, 0);
}
