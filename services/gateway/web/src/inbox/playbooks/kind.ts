import type { ComponentType } from "preact";
import type { Language } from "../../i18n/texts";
import type { Card } from "../../models/playbook-flow";

export interface FormProps<C extends Card = Card> {
  id: string;
  card: C;
  change: (card: C) => void;
}

type ByLanguage = Readonly<Record<Language, string>>;

/** All that the editor knows of one kind of card. A new kind is one more file in `kinds`, and nothing else. */
export interface KindView<C extends Card = Card> {
  kind: string;
  /** Its place among what can be added. */
  order: number;
  name: ByLanguage;
  /** What it is for, where one is to be added. */
  hint: ByLanguage;
  /** What tells it from others of its kind, in the tree. */
  headline: (card: C, language: Language) => string;
  /** A new one; what stands in place of a text that is to be written, the check finds. */
  fresh: (next: string, language: Language) => C;
  /** What a way out of it is called, where it has several. */
  wayName?: (card: C, key: string, language: Language) => string;
  Form: ComponentType<FormProps<C>>;
}

const files = import.meta.glob<{ kind: KindView<never> }>("./kinds/*.tsx", { eager: true });

/** Every kind that the editor knows, in the order in which they are offered. */
export const KINDS: readonly KindView[] = Object.values(files)
  .map((file) => file.kind as unknown as KindView)
  .sort((a, b) => a.order - b.order);

export function kindOf(card: Card): KindView | null {
  return KINDS.find((one) => one.kind === card.kind) ?? null;
}

/** What a kind is called; one that is not known here, by its own name. */
export function nameOf(card: Card, language: Language): string {
  return kindOf(card)?.name[language] ?? String(card.kind);
}

export function headlineOf(card: Card, language: Language): string {
  return kindOf(card)?.headline(card, language).trim() ?? "";
}

export function wayNameOf(card: Card, key: string, language: Language): string {
  return kindOf(card)?.wayName?.(card, key, language).trim() || key;
}
