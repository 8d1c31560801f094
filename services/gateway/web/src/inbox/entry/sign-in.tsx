import { useEffect, useState } from "preact/hooks";
import { useSpeech } from "../context";
import { kept } from "../kept";
import { enter } from "../session";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { EntryForm, Password, type Refusal } from "./entry-form";
import { EntryPage } from "./entry-page";

const UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
const PLACES = {
  bad_sign_in: "password",
  too_many_tries: "password",
};

/** The way in by an e-mail address and a password; the workspace is known from the address or from last time. */
export function SignIn({ ended }: { ended: boolean }) {
  const { t } = useSpeech();
  const [workspace, setWorkspace] = useState(knownWorkspace);
  return (
    <EntryPage title={t("entry.title")}>
      {ended && (
        <p class="note" role="status">
          <strong>{t("over.title")}.</strong> {t("over.text")}
        </p>
      )}
      <EntryForm
        submit={t("entry.signIn")}
        places={PLACES}
        onSubmit={(values) => {
          const id = (workspace ?? values.workspace_id ?? "").trim().toLowerCase();
          return enter("sign-in", { ...values, workspace_id: id });
        }}
        fields={(refusal) => <Fields asksWorkspace={workspace === null} refusal={refusal} />}
      />
      {workspace !== null && (
        <Button kind="quiet" onClick={() => setWorkspace(null)}>
          {t("entry.workspaceOther")}
        </Button>
      )}
      <p class="entry-small">{t("entry.forgot")}</p>
    </EntryPage>
  );
}

function Fields({ asksWorkspace, refusal }: { asksWorkspace: boolean; refusal: Refusal }) {
  const { t } = useSpeech();
  useEffect(() => {
    // Only where nothing else is known of the page: whoever comes here came to type.
    document.querySelector<HTMLInputElement>(".entry-form input")?.focus();
  }, []);
  return (
    <>
      {asksWorkspace && (
        <Field label={t("entry.workspace")} hint={t("entry.workspaceHint")}>
          {(wiring) => (
            <input
              {...wiring}
              name="workspace_id"
              required
              pattern={UUID}
              autocomplete="off"
              spellcheck={false}
            />
          )}
        </Field>
      )}
      <Field label={t("entry.email")}>
        {(wiring) => (
          <input {...wiring} name="email" type="email" required maxLength={254} autocomplete="username" />
        )}
      </Field>
      <Password error={refusal.of("password")} />
    </>
  );
}

function knownWorkspace(): string | null {
  const told = new URLSearchParams(location.search).get("workspace");
  if (told !== null && new RegExp(`^${UUID}$`).test(told)) return told.toLowerCase();
  return kept.get("workspace");
}
