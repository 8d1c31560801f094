import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { folderId, listed } from "../../models/inbox";
import { drawn, settled, sizeOf } from "../../models/list";
import type { InboxRow } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Failure, Skeleton } from "../ui/states";
import { EmptyFolder } from "./empty-folder";
import { type Filter, Filters, passes } from "./filters";
import { useHeld } from "./held";
import { Row } from "./row";
import { ShowMore } from "./show-more";

/** So many rows are drawn at first, and more each time that somebody comes to their end, or asks for them. */
const DRAWN = 100;

interface FolderRowsProps {
  folder: string;
  openId: string | null;
}

/** The conversations of a folder. Keyed by it. */
export function FolderRows({ folder, openId }: FolderRowsProps) {
  const { t, store } = useInbox();
  const filters = store.views.filters.value;
  const { held, handlers } = useHeld();
  const view = useView(folder, filters, held);
  const list = useRef<HTMLUListElement>(null);
  const [most, setMost] = useState(DRAWN);
  const ids = view.rows.map(({ row }) => row.conversation_id);
  const shown = drawn(ids, most, openId);
  // What is drawn once stays, whatever is opened then.
  useEffect(() => setMost((before) => Math.max(before, shown)), [shown]);
  // Folders that are read as a whole need no help to find some of theirs.
  const wanted = useMemo(
    () => ({ folder, only: folder === "closed" ? [...filters].sort() : [] }),
    [folder, filters],
  );
  const reading = store.folders.of(wanted).value;
  useEffect(() => void store.folders.look(wanted), [store, wanted]);
  const nothing = view.rows.length === 0 && view.fresh === 0 && reading.problem === null;
  const more = () => void store.folders.more(wanted);
  const size = sizeOf(ids.length, shown, reading.begun && reading.more);
  const further = () => {
    setMost(shown + DRAWN);
    more();
  };
  return (
    <>
      <Filters folder={folder} />
      <section
        class="list-scroll"
        aria-labelledby="list-title"
        onScroll={(scroll) => nearEnd(scroll.currentTarget) && further()}
        {...handlers}
      >
        {view.fresh > 0 && (
          <div class="fresh">
            <Button kind="primary" onClick={view.refresh}>
              {t("list.fresh", { count: view.fresh })}
            </Button>
          </div>
        )}
        <ul ref={list} aria-labelledby="list-title">
          {view.rows.slice(0, shown).map(({ row, left }, index) => (
            <Row
              key={row.conversation_id}
              row={row}
              left={left}
              folder={folder}
              open={row.conversation_id === openId}
              at={size === undefined ? undefined : index + 1}
              size={size}
            />
          ))}
        </ul>
        <ShowMore
          list={list}
          drawn={shown}
          more={size !== undefined && shown > 0 && reading.problem === null}
          busy={reading.busy && shown === ids.length}
          onMore={further}
        />
        {reading.problem !== null && <Failure problem={reading.problem} onRetry={more} />}
        {nothing && !reading.begun && <Skeleton lines={6} />}
        {nothing && reading.begun && (
          <EmptyFolder folder={folder} filtered={filters.size > 0} onClear={store.views.clear} />
        )}
      </section>
    </>
  );
}

/** The rows in the order in which they are shown, which holds still while somebody is at them. */
function useView(folder: string, filters: ReadonlySet<Filter>, held: boolean) {
  const { store, me } = useInbox();
  const state = store.state.value;
  const shown = useRef<readonly string[]>([]);
  const last = useRef<Map<string, InboxRow>>(new Map());
  const chosen = useRef(filters);
  const [, again] = useState(0);
  const current = useMemo(
    () => listed(state, folderId(folder, me.agent_id)).filter((row) => passes(row, filters)),
    [state, folder, me, filters],
  );
  if (chosen.current !== filters) shown.current = [];
  chosen.current = filters;
  const ids = current.map((row) => row.conversation_id);
  const { places, fresh } = settled(shown.current, ids, held);
  for (const row of current) last.current.set(row.conversation_id, row);
  shown.current = places.map((place) => place.id);
  const rows = places.flatMap(({ id, left }) => {
    const row = state.rows.get(id) ?? last.current.get(id);
    return row === undefined ? [] : [{ row, left }];
  });
  const refresh = () => {
    shown.current = [];
    again((count) => count + 1);
  };
  return { rows, fresh, refresh };
}

function nearEnd(list: HTMLElement): boolean {
  return list.scrollHeight - list.scrollTop - list.clientHeight < 400;
}
