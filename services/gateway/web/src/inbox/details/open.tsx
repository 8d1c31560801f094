import { signal } from "@preact/signals";
import { useInbox } from "../context";
import { Button } from "../ui/button";

/** Whether the panel is shown where the screen is too narrow for a column of its own. */
export const detailsOpen = signal(false);
export const DETAILS_ID = "details";

/** Opens the panel on narrow screens; on wide ones it is there anyhow, and the button is not. */
export function DetailsButton() {
  const { t } = useInbox();
  return (
    <Button
      class="details-opener"
      aria-expanded={detailsOpen.value}
      aria-controls={DETAILS_ID}
      onClick={() => {
        detailsOpen.value = !detailsOpen.value;
      }}
    >
      {t("details.title")}
    </Button>
  );
}
