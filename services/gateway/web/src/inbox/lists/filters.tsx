import type { InboxRow } from "../../wire/types";
import { useInbox } from "../context";

export type Filter = "missed" | "unread" | "left";
const FILTERS: readonly Filter[] = ["missed", "unread", "left"];

/** Whether a row is of all kinds that were chosen. */
export function passes(row: InboxRow, chosen: ReadonlySet<Filter>): boolean {
  return (
    (!chosen.has("missed") || row.missed) &&
    (!chosen.has("unread") || row.unread > 0) &&
    (!chosen.has("left") || row.visitor_left)
  );
}

interface FiltersProps {
  chosen: ReadonlySet<Filter>;
  choose: (filters: ReadonlySet<Filter>) => void;
}

export function Filters({ chosen, choose }: FiltersProps) {
  const { t } = useInbox();
  const flip = (one: Filter) => {
    const next = new Set(chosen);
    if (!next.delete(one)) next.add(one);
    choose(next);
  };
  return (
    <fieldset class="chips" aria-label={t("list.filters")}>
      {FILTERS.map((one) => (
        <button key={one} type="button" class="chip" aria-pressed={chosen.has(one)} onClick={() => flip(one)}>
          {t(`list.filter.${one}`)}
        </button>
      ))}
    </fieldset>
  );
}
