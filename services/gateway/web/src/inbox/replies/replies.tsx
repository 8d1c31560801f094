import { useInbox } from "../context";

export function Replies() {
  const { t } = useInbox();
  return (
    <section class="page" aria-labelledby="page-title">
      <h1 id="page-title">{t("pages.replies")}</h1>
    </section>
  );
}
