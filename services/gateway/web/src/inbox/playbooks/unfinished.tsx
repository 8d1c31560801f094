import { useState } from "preact/hooks";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { useDesk } from "./open";
import { unfinishedWords } from "./unfinished-words";
import { useWords } from "./words";

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];
const OFFERED_S = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY];

/** Whether, and after how long, a chat that is left unfinished becomes a lead. */
export function UnfinishedChats() {
  const say = useWords(unfinishedWords);
  const { toast } = useInbox();
  const { editing } = useDesk();
  const saved = editing.playbook.value.unfinished_after_s ?? null;
  const [picked, setPicked] = useState<number | null | undefined>(undefined);
  const { busy, problem, send } = useSending();
  const now = picked === undefined ? saved : picked;
  // What was set elsewhere need not be one of ours.
  const offered =
    now === null || OFFERED_S.includes(now) ? OFFERED_S : [...OFFERED_S, now].sort((a, b) => a - b);
  const words = (seconds: number) => {
    if (seconds % DAY === 0) return say("days", { count: seconds / DAY });
    if (seconds % HOUR === 0) return say("hours", { count: seconds / HOUR });
    return say("minutes", { count: Math.round(seconds / MINUTE) });
  };
  const save = async () => {
    if (!(await send(() => editing.command("unfinished-chats", { after_s: now })))) return;
    setPicked(undefined);
    toast(say("saved"));
  };
  return (
    <section class="panel" aria-labelledby="install-unfinished">
      <h2 id="install-unfinished">{say("title")}</h2>
      <p class="page-lead">{say("hint")}</p>
      <form
        class="form"
        aria-labelledby="install-unfinished"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void save();
        }}
      >
        <Field label={say("after")} hint={say("afterHint")}>
          {(wiring) => (
            <select
              {...wiring}
              value={now ?? ""}
              onChange={({ currentTarget: { value } }) => setPicked(value === "" ? null : Number(value))}
            >
              <option value="">{say("off")}</option>
              {offered.map((seconds) => (
                <option key={seconds} value={seconds}>
                  {words(seconds)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Refusal problem={problem} />
        <Button type="submit" busy={busy} reason={now === saved ? say("unchanged") : null}>
          {say("save")}
        </Button>
      </form>
    </section>
  );
}
