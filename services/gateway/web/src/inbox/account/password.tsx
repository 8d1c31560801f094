import { useRef, useState } from "preact/hooks";
import type { AgentSession } from "../../wire/types";
import { useInbox } from "../context";
import { problemText } from "../problem-text";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { keyOf } from "../ui/key-of";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";

/** Where each refusal stands, by its code. */
const PLACES: Readonly<Record<string, "old" | "new">> = {
  wrong_password: "old",
  too_many_tries: "old",
  weak_password: "new",
};

/** Another password: all other sessions end, and this browser goes on with a new one. */
export function PasswordForm() {
  const { t, api, format, toast } = useInbox();
  const { busy, problem, send } = useSending();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const keys = useRef(keyOf());
  const text = problem === null ? null : problemText(problem, t, format);
  const place = problem === null ? undefined : PLACES[problem.code];
  const save = async () => {
    const body = { old, new: fresh, cookie: true };
    api.take(await api.post<AgentSession>("gateway/account/password", body, { key: keys.current(body) }));
    keys.current = keyOf();
    setOld("");
    setFresh("");
    toast(t("account.passwordSaved"));
  };
  return (
    <section class="panel" aria-labelledby="account-password">
      <h2 id="account-password">{t("account.password")}</h2>
      <p class="page-lead">{t("account.passwordText")}</p>
      <form
        class="form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void send(save);
        }}
      >
        <Field label={t("account.old")} error={place === "old" ? text : null}>
          {(wiring) => (
            <input
              {...wiring}
              type="password"
              required
              maxLength={200}
              autocomplete="current-password"
              value={old}
              onInput={(input) => setOld(input.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={t("account.new")} hint={t("account.newHint")} error={place === "new" ? text : null}>
          {(wiring) => (
            <input
              {...wiring}
              type="password"
              required
              minLength={10}
              maxLength={200}
              autocomplete="new-password"
              value={fresh}
              onInput={(input) => setFresh(input.currentTarget.value)}
            />
          )}
        </Field>
        {place === undefined && <Refusal problem={problem} />}
        <Button type="submit" busy={busy}>
          {t("account.savePassword")}
        </Button>
      </form>
    </section>
  );
}
