import { leftDetails } from "../models/left-details";
import type { Panel } from "./panel";
import { says } from "./says";

const FIELDS = ["name", "email", "phone"] as const;

/**
 * A plain contact form, for who waited after an agent had left: what is given is a message in the chat. It is there,
 * with what was written, until that has arrived.
 */
export function LeaveDetails({ panel }: { panel: Panel }) {
  const { t, sending, store, visiting } = panel;
  const left = leftDetails(visiting.screen.lines, store.state.outbox, `${t("email")}: `);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const told = FIELDS.filter((name) => given.get(name)).map((name) => `${t(name)}: ${given.get(name)}`);
    const text = told.join("\n");
    if (left.is === "failed" && left.message.text === text) {
      // Its key makes it safe to send again.
      sending?.retry(left.message.key);
      return;
    }
    if (left.is === "failed") sending?.drop(left.message.key);
    sending?.say(text);
  };
  if (left.is === "yes") return <p class="hint">{says("left_details")}</p>;
  return (
    <form class="card" aria-label={says("leave")} onSubmit={submit}>
      <label>
        {t("name")}
        <input name="name" dir="auto" autoComplete="name" maxLength={200} />
      </label>
      <label>
        {t("email")}
        <input name="email" type="email" autoComplete="email" required maxLength={200} />
      </label>
      <label>
        {t("phone")}
        <input name="phone" type="tel" autoComplete="tel" maxLength={200} />
      </label>
      {left.is === "failed" && (
        <p class="error" role="alert">
          {says("notSent")}
        </p>
      )}
      <button type="submit" class="main" disabled={left.is === "going"}>
        {left.is === "no" ? t("send") : left.is === "going" ? says("sending") : t("retry")}
      </button>
    </form>
  );
}
