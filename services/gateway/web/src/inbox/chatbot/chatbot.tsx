import { useInbox } from "../context";

export function Chatbot() {
  const { t } = useInbox();
  return (
    <section class="page" aria-labelledby="page-title">
      <h1 id="page-title">{t("pages.chatbot")}</h1>
    </section>
  );
}
