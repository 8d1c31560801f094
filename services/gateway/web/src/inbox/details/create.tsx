import { useState } from "preact/hooks";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Menu } from "../ui/menu";
import { ActivityDialog } from "./activity-dialog";
import { DealDialog } from "./deal-dialog";
import { LeadDialog } from "./lead-dialog";
import type { Panel } from "./panel";

/** “Create lead” as a button; deals and activities from “…”. All of it during the chat and after it. */
export function Create({ panel }: { panel: Panel }) {
  const { t } = useInbox();
  const [making, setMaking] = useState<"lead" | "deal" | "activity" | null>(null);
  const close = () => setMaking(null);
  return (
    <div class="details-create row">
      <Button kind="primary" onClick={() => setMaking("lead")}>
        {t("outcomes.createLead")}
      </Button>
      <Menu
        label={t("outcomes.createMore")}
        button="…"
        items={[
          { label: t("outcomes.createDeal"), onSelect: () => setMaking("deal") },
          { label: t("outcomes.addActivity"), onSelect: () => setMaking("activity") },
        ]}
      />
      {making === "lead" && <LeadDialog panel={panel} onClose={close} />}
      {making === "deal" && <DealDialog panel={panel} onClose={close} />}
      {making === "activity" && <ActivityDialog panel={panel} onClose={close} />}
    </div>
  );
}
