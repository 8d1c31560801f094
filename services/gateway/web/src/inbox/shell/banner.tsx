import { useEffect, useState } from "preact/hooks";
import { useInbox } from "../context";
import { Button } from "../ui/button";

/** A cut shorter than this is nobody's concern. */
const QUIET_MS = 1_500;

/** Says that the page is cut off, how much waits to be sent, and offers to try at once. */
export function Banner() {
  const { t, store } = useInbox();
  const away = store.standing.value.is !== "ready";
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!away) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [away]);
  const unsent = store.outboxes.unsent.value;
  return (
    <div role="status" aria-live="polite">
      {shown && (
        <div class="banner">
          <span>
            {t("banner.waiting")} {unsent > 0 && t("banner.unsent", { count: unsent })}
          </span>
          <Button kind="quiet" onClick={() => store.tryNow()}>
            {t("banner.now")}
          </Button>
        </div>
      )}
    </div>
  );
}
