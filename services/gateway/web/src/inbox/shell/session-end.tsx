import { useEffect, useState } from "preact/hooks";
import { sessionEnd } from "../../models/session-end";
import { useNow } from "../clock";
import { useInbox } from "../context";
import { EntryForm, Password } from "../entry/entry-form";
import { askIfOver, endsAt, stay } from "../session";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";

const PLACES = { wrong_password: "password", too_many_tries: "password" };

/** Says in the last minutes of a session that it ends, and lets its agent stay for the password. */
export function SessionEnds() {
  const { t, format } = useInbox();
  const [staying, setStaying] = useState(false);
  const ends = endsAt.value;
  const stands = sessionEnd(ends, useNow());
  useEffect(() => {
    if (stands === "over") void askIfOver();
    if (stands === "far") setStaying(false);
  }, [stands]);
  const told = ends !== null && stands === "near";
  return (
    <>
      <div role="status" aria-live="polite">
        {told && (
          <div class="banner">
            <span>{t("ending.text", { time: format.time(new Date(ends)) })}</span>
            <Button kind="quiet" onClick={() => setStaying(true)}>
              {t("ending.stay")}
            </Button>
          </div>
        )}
      </div>
      {told && staying && (
        <Dialog title={t("ending.stay")} onClose={() => setStaying(false)}>
          <p>{t("ending.password")}</p>
          <EntryForm
            submit={t("ending.stay")}
            places={PLACES}
            onSubmit={async ({ password = "" }) => {
              await stay(password);
              setStaying(false);
            }}
            fields={(refusal) => <Password error={refusal.of("password")} />}
          />
        </Dialog>
      )}
    </>
  );
}
