import { useState } from "preact/hooks";
import type { Panel } from "./panel";
import { says } from "./says";

const FIELDS = ["name", "email", "phone"] as const;

/** A plain contact form, for who waited after an agent had left: what is given is a message in the chat. */
export function LeaveDetails({ panel }: { panel: Panel }) {
  const { t, sending } = panel;
  const { lines } = panel.visiting.screen;
  const asked = lines.findLastIndex((line) => line.note === "missed");
  const left = lines
    .slice(asked)
    .some((line) => line.by === "visitor" && line.text.includes(`${t("email")}: `));
  const [done, setDone] = useState(left);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const told = FIELDS.filter((name) => given.get(name)).map((name) => `${t(name)}: ${given.get(name)}`);
    sending?.say(told.join("\n"));
    setDone(true);
  };
  if (done) return <p class="hint">{says("left_details")}</p>;
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
      <button type="submit" class="main">
        {t("send")}
      </button>
    </form>
  );
}
