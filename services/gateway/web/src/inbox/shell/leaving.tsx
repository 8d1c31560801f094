import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { turning } from "./turning";

/** Asks before one goes offline with open conversations, wherever that was asked for. */
export function Leaving() {
  const inbox = useInbox();
  const { t, store } = inbox;
  const { leaving } = store.presence;
  const stay = () => {
    leaving.value = 0;
  };
  if (leaving.value === 0) return null;
  return (
    <Dialog title={t("presence.leaveTitle")} onClose={stay}>
      <p>{t("presence.leaveText", { count: leaving.value })}</p>
      <div class="dialog-buttons">
        <Button onClick={stay}>{t("shell.cancel")}</Button>
        <Button kind="primary" onClick={() => turning(inbox).turn(false)}>
          {t("presence.leave")}
        </Button>
      </div>
    </Dialog>
  );
}
