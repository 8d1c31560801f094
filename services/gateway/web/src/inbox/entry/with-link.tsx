import { useState } from "preact/hooks";
import { useSpeech } from "../context";
import { go } from "../router";
import { enter } from "../session";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { EntryForm, Password } from "./entry-form";
import { EntryPage } from "./entry-page";

const PLACES = { weak_password: "password" };

/** The way in by a one-time link: to join, or to another password. */
export function WithLink({ page, link }: { page: "join" | "reset"; link: string }) {
  const { t } = useSpeech();
  // The text is kept here alone once it was read: it shall not stay in the history of the browser.
  const [secret] = useState(link);
  const joins = page === "join";
  if (secret === "") {
    return (
      <EntryPage title={t(joins ? "entry.joinTitle" : "entry.resetTitle")}>
        <p>{t("entry.noLink")}</p>
        <Button kind="primary" onClick={() => go("/inbox/sign-in", true)}>
          {t("entry.toSignIn")}
        </Button>
      </EntryPage>
    );
  }
  return (
    <EntryPage title={t(joins ? "entry.joinTitle" : "entry.resetTitle")}>
      <p>{t(joins ? "entry.joinText" : "entry.resetText")}</p>
      <EntryForm
        submit={t(joins ? "entry.join" : "entry.reset")}
        places={PLACES}
        onSubmit={async (values) => {
          await enter(joins ? "links/redeem" : "links/reset", { ...values, link: secret });
          go("/inbox", true);
        }}
        fields={(refusal) => (
          <>
            {joins && (
              <Field label={t("entry.name")} hint={t("entry.nameHint")}>
                {(wiring) => <input {...wiring} name="name" required maxLength={80} autocomplete="name" />}
              </Field>
            )}
            <Password fresh error={refusal.of("password")} />
          </>
        )}
      />
    </EntryPage>
  );
}
