import { waitOf } from "../../models/inbox";
import { lastSaid } from "../../models/last-said";
import { pathOf } from "../../models/route";
import type { InboxRow } from "../../wire/types";
import { useNow } from "../clock";
import { useInbox } from "../context";
import { follows } from "../router";
import { Avatar } from "../ui/avatar";
import { memo } from "../ui/memo";
import { Time } from "../ui/time";

interface RowProps {
  row: InboxRow;
  /** It is no longer of this list, and stays until nobody is at it. */
  left: boolean;
  folder: string;
  open: boolean;
  /** Its place in the list, and how long that is (-1: nobody knows), where not all of it is drawn. */
  at: number | undefined;
  size: number | undefined;
}

export const Row = memo(function Row({ row, left, folder, open, at, size }: RowProps) {
  const { t } = useInbox();
  const path = pathOf(folder, row.conversation_id);
  const name = row.visitor_name ?? t("thread.visitor");
  return (
    <li class={left ? "list-row left" : "list-row"} aria-posinset={at} aria-setsize={size}>
      <a
        href={path}
        aria-current={open ? "true" : undefined}
        onClick={follows(path)}
        data-row={row.conversation_id}
      >
        <Avatar name={name} />
        <span class="row-body">
          <span class="row-line">
            <strong class="clip">{name}</strong>
            <Time at={row.last_message_at ?? row.started_at} />
          </span>
          <span class="row-line">
            <span class="clip row-said">{left ? t("list.moved") : <Said row={row} />}</span>
            {row.unread > 0 && (
              <span class="unread">
                {row.unread > 98 ? "99+" : row.unread}
                <span class="unseen"> {t("list.unread", { count: row.unread })}</span>
              </span>
            )}
          </span>
          <Marks row={row} />
        </span>
      </a>
    </li>
  );
});

/** Who said what last, in a line that is cut where the list ends. */
function Said({ row }: { row: InboxRow }) {
  const { t } = useInbox();
  const said = lastSaid(row);
  if (said === null) return <>{saidBy(row, t)}</>;
  const who = said.name ?? t(SPEAKERS[said.by]);
  const file = said.file && t(`list.${said.file.kind}`, { name: said.file.name });
  return (
    <>
      {t("list.said", { who })} <bdi>{[file, said.text].filter(Boolean).join(" · ")}</bdi>
    </>
  );
}

const SPEAKERS = { visitor: "thread.visitor", agent: "folders.agent", bot: "thread.bot" } as const;

/** What is known of a row that does not tell what was said. */
function saidBy(row: InboxRow, t: ReturnType<typeof useInbox>["t"]): string {
  switch (row.last_by) {
    case "visitor":
      return t("list.lastVisitor");
    case "agent":
      // Not always the one who holds it now.
      return t("list.lastAgent");
    case "bot":
      return t("list.lastBot");
    default:
      return t("list.lastNobody");
  }
}

function Marks({ row }: { row: InboxRow }) {
  const { t, store } = useInbox();
  const holder = row.holder_id === null ? undefined : store.agents.value.get(row.holder_id);
  const waits = row.folder === "unassigned";
  const offline = row.status === "open" && row.holder_id !== null && holder?.online === false;
  if (!waits && !row.missed && !row.visitor_left && !offline) return null;
  return (
    <span class="marks">
      {waits && <Waiting row={row} />}
      {row.missed && <span class="tag warn">{t("list.missed")}</span>}
      {row.visitor_left && row.status === "open" && <span class="tag">{t("list.visitorLeft")}</span>}
      {offline && <span class="tag">{t("list.holderOffline")}</span>}
    </span>
  );
}

/** How long the visitor has waited, and how much of the wait time is left. */
function Waiting({ row }: { row: InboxRow }) {
  const { t, format } = useInbox();
  const now = useNow("second");
  const { waited_s, left_s } = waitOf(row, now);
  return (
    <>
      <span class="waited">{t("list.waiting", { time: format.duration(waited_s) })}</span>
      {left_s !== null && (
        <span class={left_s < 20 ? "tag danger" : "tag"}>
          {t("list.timeLeft", { time: format.duration(left_s) })}
        </span>
      )}
    </>
  );
}
