import type { FreeField } from "../../wire/types";
import { useInbox } from "../context";

/** What cards of the playbook's own captured; the bot's, so nobody edits it. */
export function FreeFields({ fields }: { fields: readonly FreeField[] }) {
  const { t } = useInbox();
  if (fields.length === 0) return null;
  return (
    <section class="details-part" aria-labelledby="details-free">
      <h3 id="details-free">{t("details.free")}</h3>
      <dl class="details-free">
        {fields.map(({ field, label, value }) => (
          <div key={field}>
            <dt dir="auto">{label ?? field}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
