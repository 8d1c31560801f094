import { useState } from "preact/hooks";
import { type Listed, listed, withMore } from "../../models/paging";
import { pathOf } from "../../models/route";
import type { ListedConversation, Page_ListedConversation_ } from "../../wire/types";
import { useInbox } from "../context";
import { follows } from "../router";
import { useLoaded } from "../ui/loaded";
import { More } from "../ui/more";
import { Failure } from "../ui/states";
import { Time } from "../ui/time";

const idOf = (conversation: ListedConversation) => conversation.conversation_id;

/** The person's other conversations, the newest first, as links. */
export function Earlier({ personId, conversationId }: { personId: string; conversationId: string }) {
  const { t, api } = useInbox();
  const path = `crm/persons/${personId}/conversations?limit=10`;
  const first = useLoaded(path, () => api.get<Page_ListedConversation_>(path));
  const [further, setFurther] = useState<Listed<ListedConversation> | null>(null);
  const list = further ?? (first.value === null ? null : listed(first.value));
  const others = list?.items.filter((one) => idOf(one) !== conversationId) ?? [];
  if (list === null && first.problem !== null)
    return (
      <section class="details-part" aria-labelledby="details-earlier">
        <h3 id="details-earlier">{t("details.earlier")}</h3>
        <Failure problem={first.problem} onRetry={() => void first.again()} />
      </section>
    );
  if (list === null || others.length === 0) return null;
  const more = async () => {
    const cursor = encodeURIComponent(list.next ?? "");
    setFurther(withMore(list, await api.get<Page_ListedConversation_>(`${path}&cursor=${cursor}`), idOf));
  };
  return (
    <section class="details-part" aria-labelledby="details-earlier">
      <h3 id="details-earlier">{t("details.earlier")}</h3>
      <ul class="details-earlier">
        {others.map((one) => (
          <li key={idOf(one)}>
            <EarlierLink conversation={one} />
          </li>
        ))}
      </ul>
      {list.next !== null && <More load={more} label={t("details.moreEarlier")} />}
    </section>
  );
}

function EarlierLink({ conversation }: { conversation: ListedConversation }) {
  const { t, format } = useInbox();
  const { status, started_at: at } = conversation;
  // An open one is in some folder; its own page finds it from any.
  const path = pathOf(status === "closed" ? "closed" : "unassigned", idOf(conversation));
  return (
    <a href={path} onClick={follows(path)}>
      <span>{t("details.conversationOf", { date: format.date(at) })}</span>
      <small>
        {t(`details.${status}`)} · <Time at={at} />
      </small>
    </a>
  );
}
