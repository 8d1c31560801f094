import { useInbox } from "../context";
import { CreateForm } from "./create-form";
import type { Panel } from "./panel";

export function LeadDialog({ panel, onClose }: { panel: Panel; onClose: () => void }) {
  const { t } = useInbox();
  return (
    <CreateForm
      panel={panel}
      title={t("outcomes.createLead")}
      make={t("outcomes.createLead")}
      made={t("outcomes.leadMade")}
      wanted={(about) => ({ kind: "lead", body: about })}
      onClose={onClose}
    />
  );
}
