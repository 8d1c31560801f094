import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { turning } from "./turning";

/** Asks before one goes offline who has, or may have, open conversations, wherever that was asked for. */
export function Leaving() {
  const inbox = useInbox();
  const { t, store } = inbox;
  const { leaving } = store.presence;
  const stay = () => {
    leaving.value = null;
  };
  if (leaving.value === null) return null;
  const { open } = leaving.value;
  return (
    <Dialog title={t(open === null ? "presence.leaveUncountedTitle" : "presence.leaveTitle")} onClose={stay}>
      <p>{open === null ? t("presence.leaveUncounted") : t("presence.leaveText", { count: open })}</p>
      <div class="dialog-buttons">
        <Button onClick={stay}>{t("shell.cancel")}</Button>
        <Button kind="primary" onClick={() => turning(inbox).turn(false)}>
          {t("presence.leave")}
        </Button>
      </div>
    </Dialog>
  );
}
