import { useEffect, useRef } from "preact/hooks";
import { sizeOf } from "../../models/list";
import { marked } from "../../models/marked";
import { pathOf } from "../../models/route";
import type { Excerpt, FoundConversation, InboxRow } from "../../wire/types";
import { useInbox } from "../context";
import { follows } from "../router";
import { Avatar } from "../ui/avatar";
import { Empty, Failure, Skeleton } from "../ui/states";
import { Time } from "../ui/time";
import { Filters, passes } from "./filters";
import type { Found } from "./search";
import { ShowMore } from "./show-more";

interface SearchResultsProps {
  found: Found;
  openId: string | null;
  /** The folder that it can be narrowed to, or is. */
  where: string;
  whereName: string;
}

/** The conversations that were found, each with the words where they stand. */
export function SearchResults({ found, openId, where, whereName }: SearchResultsProps) {
  const { t, store } = useInbox();
  const { busy, problem } = found;
  // Words of a view are looked for in its folder, among what it is narrowed to.
  const filters = store.views.filters.value;
  const narrowed = found.folder !== null && filters.size > 0;
  const items = narrowed
    ? found.items.filter((one) => passes(one as unknown as InboxRow, filters))
    : found.items;
  useEffect(() => void store.search.fill(items.length), [store, found, items.length]);
  const ended = !busy && found.next === null;
  const size = sizeOf(items.length, items.length, found.next !== null);
  const list = useRef<HTMLUListElement>(null);
  return (
    <>
      <Narrowing found={found} where={where} whereName={whereName} />
      <div
        class="list-scroll"
        onScroll={(scroll) => {
          const { scrollHeight, scrollTop, clientHeight } = scroll.currentTarget;
          if (scrollHeight - scrollTop - clientHeight < 400) void store.search.more();
        }}
      >
        <ul ref={list} aria-label={t("search.results")}>
          {items.map((one, index) => (
            <Result
              key={one.conversation_id}
              one={one}
              open={one.conversation_id === openId}
              at={size === undefined ? undefined : index + 1}
              size={size}
            />
          ))}
        </ul>
        <ShowMore
          list={list}
          drawn={items.length}
          more={size !== undefined && problem === null && items.length > 0}
          busy={busy}
          onMore={() => void store.search.more()}
        />
        {problem !== null && <Failure problem={problem} onRetry={() => void store.search.begin()} />}
        {busy && <Skeleton lines={4} />}
        <p class="unseen" role="status">
          {problem === null &&
            (ended || (!busy && items.length > 0)) &&
            t(ended ? "search.count" : "search.more", { count: items.length })}
        </p>
        {ended && problem === null && items.length === 0 && (
          <Empty title={t("search.none")} text={t("search.noneText")} />
        )}
      </div>
    </>
  );
}

/** Where it is looked for; what is looked for in one folder can be kept as a view of it. */
function Narrowing({ found, where, whereName }: Omit<SearchResultsProps, "openId">) {
  const { t, store } = useInbox();
  const narrow = found.folder !== null;
  const only = (
    <button
      type="button"
      class="chip"
      aria-pressed={narrow}
      onClick={() => void store.search.within(narrow ? null : where)}
    >
      {t("search.only", { folder: whereName })}
    </button>
  );
  if (narrow)
    return (
      <Filters folder={where} words={found.words}>
        {only}
      </Filters>
    );
  return (
    <fieldset class="chips" aria-label={t("list.filters")}>
      {only}
    </fieldset>
  );
}

interface ResultProps {
  one: FoundConversation;
  open: boolean;
  /** As in a row of a folder. */
  at: number | undefined;
  size: number | undefined;
}

function Result({ one, open, at, size }: ResultProps) {
  const { t, me } = useInbox();
  // Beside the excerpt stand the fields of a row.
  const row = one as FoundConversation & Partial<InboxRow>;
  const folder = row.folder === me.agent_id ? "mine" : (row.folder ?? "unassigned");
  const path = pathOf(folder, one.conversation_id);
  const name = row.visitor_name ?? t("thread.visitor");
  const closed = row.status === "closed";
  const where = closed ? t("folders.closed") : (row.holder_name ?? t("folders.unassigned"));
  return (
    <li class="list-row" aria-posinset={at} aria-setsize={size}>
      <a
        href={path}
        aria-current={open ? "true" : undefined}
        onClick={follows(path)}
        data-row={one.conversation_id}
      >
        <Avatar name={name} />
        <span class="row-body">
          <span class="row-line">
            <strong class="clip">{name}</strong>
            <Time at={one.excerpt?.at ?? row.started_at ?? ""} />
          </span>
          {one.excerpt !== null && <Words excerpt={one.excerpt} />}
          <span class="marks">
            <span class="tag">{where}</span>
          </span>
        </span>
      </a>
    </li>
  );
}

function Words({ excerpt }: { excerpt: Excerpt }) {
  const { t } = useInbox();
  const by = excerpt.by === "agent" ? (excerpt.author_name ?? t("folders.agent")) : t("thread.visitor");
  return (
    <span class="row-said excerpt" dir="auto">
      {by}:{" "}
      {marked(excerpt.text, excerpt.matches).map((part, at) =>
        part.hit ? <mark key={String(at)}>{part.text}</mark> : part.text,
      )}
    </span>
  );
}
