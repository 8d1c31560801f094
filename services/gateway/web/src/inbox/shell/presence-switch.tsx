import { useInbox } from "../context";
import { Button } from "../ui/button";
import { turning } from "./turning";

/** Whether one takes chats: said in words, not by a colour alone. */
export function PresenceSwitch() {
  const inbox = useInbox();
  const { t, store } = inbox;
  const { turn, flip } = turning(inbox);
  const says = store.presence.says.value;
  const online = says === "online";
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
        onClick={flip}
      >
        <span class="switch-track" aria-hidden="true" />
        <span class="switch-words">
          {says !== "unknown" && <strong>{t(online ? "presence.online" : "presence.offline")}</strong>}
          <small>{text}</small>
        </span>
      </button>
    </div>
  );
}

/** The same in a word, where a small screen has the switch put away. */
export function PresenceWords() {
  const { t, store } = useInbox();
  const says = store.presence.says.value;
  if (says === "unknown") return null;
  const online = says === "online";
  return (
    <span class="presence-words">
      <span class={online ? "mark online" : "mark"} /> {t(online ? "presence.online" : "presence.offline")}
    </span>
  );
}
