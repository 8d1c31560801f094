import { useState } from "preact/hooks";
import { askUntil } from "../../models/asking";
import type { Account } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";

/** What visitors and the team call one. */
export function Profile() {
  const { t, api, me, refreshMe, toast } = useInbox();
  const { busy, problem, send } = useSending();
  const [name, setName] = useState(me.name);
  const save = async () => {
    const wanted = name.trim();
    await api.post("gateway/account/name", { name: wanted });
    // The name stands in the token: a new one knows it, a moment later.
    await askUntil(
      async () => {
        api.forgetToken();
        return await api.get<Account>("gateway/account");
      },
      (told) => told.name === wanted,
    );
    await refreshMe();
    toast(t("account.nameSaved"));
  };
  return (
    <section class="panel" aria-labelledby="account-profile">
      <h2 id="account-profile">{t("account.profile")}</h2>
      <form
        class="form-row"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void send(save);
        }}
      >
        <Field label={t("account.name")} hint={t("account.nameHint")}>
          {(wiring) => (
            <input
              {...wiring}
              type="text"
              required
              pattern=".*\S.*"
              maxLength={80}
              dir="auto"
              autocomplete="name"
              value={name}
              onInput={(input) => setName(input.currentTarget.value)}
            />
          )}
        </Field>
        <Button type="submit" busy={busy}>
          {t("account.saveName")}
        </Button>
      </form>
      <Refusal problem={problem} />
    </section>
  );
}
