import { useInbox } from "../context";

export function Account() {
  const { t } = useInbox();
  return (
    <section class="page" aria-labelledby="page-title">
      <h1 id="page-title">{t("pages.account")}</h1>
    </section>
  );
}
