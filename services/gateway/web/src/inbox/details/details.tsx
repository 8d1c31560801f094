import { useInbox } from "../context";

/** What is known of a conversation; keyed by it. */
export function Details({ conversationId }: { conversationId: string }) {
  const { t } = useInbox();
  return (
    <section class="details" aria-labelledby="details-title" data-conversation={conversationId}>
      <h2 id="details-title">{t("details.title")}</h2>
    </section>
  );
}
