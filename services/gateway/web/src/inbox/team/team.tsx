import { useInbox } from "../context";

export function Team() {
  const { t } = useInbox();
  return (
    <section class="page" aria-labelledby="page-title">
      <h1 id="page-title">{t("pages.team")}</h1>
    </section>
  );
}
