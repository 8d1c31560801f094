import { useEffect } from "preact/hooks";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Menu } from "../ui/menu";
import { ActivityDialog } from "./activity-dialog";
import { DealDialog } from "./deal-dialog";
import { LeadDialog } from "./lead-dialog";
import { MAKES_TEXT, type Makes, making } from "./making";
import type { Panel } from "./panel";

/** “Create lead” as a button; deals and activities from “…”. All of it during the chat and after it. */
export function Create({ panel }: { panel: Panel }) {
  const { t } = useInbox();
  const made = making.value?.of === panel.conversationId ? making.value.what : null;
  const make = (what: Makes) => {
    making.value = { what, of: panel.conversationId };
  };
  useEffect(() => close, []);
  return (
    <div class="details-create row">
      <Button kind="primary" onClick={() => make("lead")}>
        {t(MAKES_TEXT.lead)}
      </Button>
      <Menu
        label={t("outcomes.createMore")}
        button="…"
        items={[
          { label: t(MAKES_TEXT.deal), onSelect: () => make("deal") },
          { label: t(MAKES_TEXT.activity), onSelect: () => make("activity") },
        ]}
      />
      {made === "lead" && <LeadDialog panel={panel} onClose={close} />}
      {made === "deal" && <DealDialog panel={panel} onClose={close} />}
      {made === "activity" && <ActivityDialog panel={panel} onClose={close} />}
    </div>
  );
}

function close(): void {
  making.value = null;
}
