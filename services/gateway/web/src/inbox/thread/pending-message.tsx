import { type Outgoing, told } from "../../models/outgoing";
import { Problem } from "../../wire/problem";
import { useInbox } from "../context";
import { problemText } from "../problem-text";
import { Button } from "../ui/button";
import { LinkedText } from "./linked-text";
import { useOpen } from "./open";

/** A message of one's own that is not in the conversation yet: on its way, or failed. */
export function PendingMessage({ one }: { one: Outgoing }) {
  const { t, format } = useInbox();
  const { outbound } = useOpen();
  const state = told(one);
  const failed = state === "failed";
  const why = problemText(new Problem(0, one.why ?? "away", ""), t, format);
  return (
    <li class="group agent mine">
      <div class="group-body">
        <div class={failed ? "bubble failed" : "bubble pending"}>
          {one.text !== "" && <LinkedText text={one.text} />}
          {one.file !== null && <p class="file-name">{one.file.name}</p>}
        </div>
        {failed ? (
          <div class="pending-state failed">
            <span role="alert">{t("thread.failed", { why })}</span>
            <Button kind="quiet" onClick={() => outbound.retry(one.key)}>
              {t("shell.retry")}
            </Button>
            <Button kind="quiet" onClick={() => outbound.drop(one.key)}>
              {t("thread.delete")}
            </Button>
          </div>
        ) : (
          <p class="pending-state">{t(state === "waiting" ? "thread.waiting" : "thread.sending")}</p>
        )}
      </div>
    </li>
  );
}
