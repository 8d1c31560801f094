import { useInbox } from "../context";
import { Details } from "../details/details";
import { Conversation } from "../thread/conversation";
import { Empty } from "../ui/states";
import { ListPane } from "./list-pane";

interface LiveChatProps {
  folder: string;
  conversationId: string | null;
}

/** A folder's list, the conversation that is open, and what is known of it. */
export function LiveChat({ folder, conversationId }: LiveChatProps) {
  const { t, store } = useInbox();
  const some = (store.count(folder) ?? 0) > 0 || store.search.found.value !== null;
  return (
    <div class={conversationId === null ? "live-chat" : "live-chat has-open"}>
      <ListPane folder={folder} openId={conversationId} />
      {conversationId === null ? (
        <section class="thread" aria-label={t("thread.label")}>
          <Empty title={t("thread.none")}>{some && <p>{t("thread.noneText")}</p>}</Empty>
        </section>
      ) : (
        <>
          <h1 class="unseen narrow-only">{t("shell.liveChat")}</h1>
          <Conversation key={conversationId} conversationId={conversationId} folder={folder} />
          <Details key={conversationId} conversationId={conversationId} />
        </>
      )}
    </div>
  );
}
