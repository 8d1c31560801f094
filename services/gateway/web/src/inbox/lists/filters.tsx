import type { ComponentChildren } from "preact";
import type { InboxRow } from "../../wire/types";
import { useInbox } from "../context";
import { SaveView } from "./save-view";

/** As the service names them. */
export type Filter = "missed" | "unread" | "visitor_left";
export const FILTERS: readonly Filter[] = ["missed", "unread", "visitor_left"];

/** Whether a row is of all kinds that were chosen. */
export function passes(row: InboxRow, chosen: ReadonlySet<Filter>): boolean {
  return (
    (!chosen.has("missed") || row.missed) &&
    (!chosen.has("unread") || row.unread > 0) &&
    (!chosen.has("visitor_left") || row.visitor_left)
  );
}

interface FiltersProps {
  folder: string;
  /** What is looked for in the folder; empty: nothing. */
  words?: string;
  children?: ComponentChildren;
}

/** What the list is narrowed to. */
export function Filters({ folder, words = "", children }: FiltersProps) {
  const { t, store } = useInbox();
  const { filters } = store.views;
  const flip = (one: Filter) => {
    const next = new Set(filters.value);
    if (!next.delete(one)) next.add(one);
    filters.value = next;
  };
  return (
    <fieldset class="chips" aria-label={t("list.filters")}>
      {children}
      {FILTERS.map((one) => (
        <button
          key={one}
          type="button"
          class="chip"
          aria-pressed={filters.value.has(one)}
          onClick={() => flip(one)}
        >
          {t(`list.filter.${one}`)}
        </button>
      ))}
      {(filters.value.size > 0 || words !== "") && <SaveView folder={folder} words={words} />}
    </fieldset>
  );
}
