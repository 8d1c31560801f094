import { useState } from "preact/hooks";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { problemFrom } from "../ui/loaded";

/** Whether one takes chats: said in words, not by a colour alone. */
export function PresenceSwitch() {
  const { t, store, toast } = useInbox();
  const [leaving, setLeaving] = useState(0);
  const says = store.presence.says.value;
  const online = says === "online";
  const turn = (to: boolean) => {
    setLeaving(0);
    store.presence.turn(to).catch((error: unknown) => toast(problemFrom(error), () => turn(to)));
  };
  const flip = () => {
    const open = store.count("mine") ?? 0;
    if (online && open > 0) setLeaving(open);
    else turn(!online);
  };
  const text =
    says === "unknown" ? t("presence.unknown") : t(online ? "presence.onlineText" : "presence.offlineText");
  return (
    <div class="presence">
      {says === "lost" && (
        <div class="presence-lost" role="alert">
          <p>{t("presence.lost")}</p>
          <Button onClick={() => turn(true)}>{t("presence.back")}</Button>
        </div>
      )}
      <button
        type="button"
        role="switch"
        class="switch"
        aria-checked={online}
        aria-label={t("presence.label")}
        aria-description={text}
        aria-disabled={says === "unknown" || store.presence.turning.value ? "true" : undefined}
        onClick={() => {
          if (says !== "unknown" && !store.presence.turning.value) flip();
        }}
      >
        <span class="switch-track" aria-hidden="true" />
        <span class="switch-words">
          <strong>{t(online ? "presence.online" : "presence.offline")}</strong>
          <small>{text}</small>
        </span>
      </button>
      {leaving > 0 && (
        <Dialog title={t("presence.leaveTitle")} onClose={() => setLeaving(0)}>
          <p>{t("presence.leaveText", { count: leaving })}</p>
          <div class="dialog-buttons">
            <Button onClick={() => setLeaving(0)}>{t("shell.cancel")}</Button>
            <Button kind="primary" onClick={() => turn(false)}>
              {t("presence.leave")}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
