import { useState } from "preact/hooks";
import { browserName } from "../../models/browser-name";
import type { Session, Sessions as Told } from "../../wire/types";
import { useInbox } from "../context";
import { leaveEverywhere } from "../session";
import { losesBySigningOut } from "../sign-out";
import { Button } from "../ui/button";
import { Confirm } from "../ui/confirm";
import { useLoaded } from "../ui/loaded";
import { useOnReturn } from "../ui/on-return";
import { useSending } from "../ui/sending";
import { Failure, Skeleton } from "../ui/states";
import { Time } from "../ui/time";

/** Where one is signed in, and the ways to end that. */
export function Sessions() {
  const { t, api } = useInbox();
  const loaded = useLoaded("sessions", () => api.get<Told>("gateway/account/sessions"));
  useOnReturn(loaded.again);
  const [asking, setAsking] = useState(false);
  return (
    <section class="panel" aria-labelledby="account-sessions">
      <h2 id="account-sessions">{t("account.sessions")}</h2>
      <p class="page-lead">{t("account.sessionsText")}</p>
      {loaded.value === null && loaded.problem === null && <Skeleton lines={2} />}
      {loaded.problem !== null && <Failure problem={loaded.problem} onRetry={() => void loaded.again()} />}
      {loaded.value !== null && (
        <ul class="rows" aria-labelledby="account-sessions">
          {loaded.value.items.map((session) => (
            <li key={session.session_id}>
              <SessionRow session={session} again={loaded.again} />
            </li>
          ))}
        </ul>
      )}
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t("account.everywhere")}
      </Button>
      {asking && <Everywhere onClose={() => setAsking(false)} />}
    </section>
  );
}

function SessionRow({ session, again }: { session: Session; again: () => Promise<void> }) {
  const { t, api, toast } = useInbox();
  const { busy, send, problem } = useSending();
  const named = browserName(session.browser);
  const name =
    named === null
      ? session.browser || t("account.unknownBrowser")
      : t("account.browserOn", { browser: named.browser, system: named.system });
  const end = async () => {
    await api.post(`gateway/account/sessions/${session.session_id}/end`);
    // Was it this one, the next token is refused, and the sign-in is shown.
    api.forgetToken();
    await again();
    toast(t("account.ended"));
  };
  return (
    <>
      <div class="row-words">
        <strong title={session.browser}>{name}</strong>
        <small>
          {t("account.usedAt")} <Time at={session.used_at} /> · {t("account.beganAt")}{" "}
          <Time at={session.began_at} />
        </small>
        {problem !== null && <small class="field-error">{problem.detail}</small>}
      </div>
      <div class="row-marks">
        {session.browser === navigator.userAgent && <span class="badge">{t("account.likeThis")}</span>}
        <Button busy={busy} aria-label={t("account.endOf", { browser: name })} onClick={() => void send(end)}>
          {t("account.end")}
        </Button>
      </div>
    </>
  );
}

function Everywhere({ onClose }: { onClose: () => void }) {
  const { t, store } = useInbox();
  return (
    <Confirm
      title={t("account.everywhereTitle")}
      action={t("account.everywhere")}
      danger
      run={leaveEverywhere}
      onClose={onClose}
    >
      <p>{t("account.everywhereText")}</p>
      {losesBySigningOut(store) && <p>{t("signOut.text")}</p>}
    </Confirm>
  );
}
