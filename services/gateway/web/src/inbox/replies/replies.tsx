import "../styles/pages.css";
import { useState } from "preact/hooks";
import { askUntil } from "../../models/asking";
import { repliesWith } from "../../models/replies";
import type { CannedReply } from "../../wire/types";
import { useInbox } from "../context";
import { everyPage } from "../pages";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { useLoaded } from "../ui/loaded";
import { useOnReturn } from "../ui/on-return";
import { Empty, Failure, Skeleton } from "../ui/states";
import { ReplyDialog } from "./reply-dialog";
import { ReplyRow } from "./reply-row";

const PATH = "conversation/replies";

/** Reads the replies until they tell what was just done. */
export type Refresh = (isThere: (replies: readonly CannedReply[]) => boolean) => void;

/** The texts that the whole team writes by a shortcut. */
export function Replies() {
  const { t, api } = useInbox();
  const load = () => everyPage<CannedReply>(api, PATH);
  const loaded = useLoaded("replies", load);
  useOnReturn(loaded.again);
  const [adding, setAdding] = useState(false);
  const refresh: Refresh = (isThere) => {
    void askUntil(load, isThere).then(loaded.set, () => undefined);
  };
  const replies = loaded.value;
  const add = (
    <Button kind="primary" onClick={() => setAdding(true)}>
      {t("replies.add")}
    </Button>
  );
  return (
    <section class="page" aria-labelledby="page-title">
      <div class="page-head">
        <h1 id="page-title">{t("pages.replies")}</h1>
        {replies !== null && replies.length > 0 && add}
      </div>
      {replies === null && loaded.problem === null && <Skeleton lines={4} />}
      {loaded.problem !== null && <Failure problem={loaded.problem} onRetry={() => void loaded.again()} />}
      {replies !== null && replies.length === 0 && (
        <Empty title={t("replies.none")} text={t("replies.noneText")}>
          {add}
        </Empty>
      )}
      {replies !== null && replies.length > 0 && <List replies={replies} refresh={refresh} />}
      {adding && <ReplyDialog reply={null} refresh={refresh} onClose={() => setAdding(false)} />}
    </section>
  );
}

function List({ replies, refresh }: { replies: readonly CannedReply[]; refresh: Refresh }) {
  const { t, language } = useInbox();
  const [searched, setSearched] = useState("");
  const found = repliesWith(replies, searched, language);
  return (
    <div class="panel">
      <p class="page-lead">{t("replies.text")}</p>
      <Field label={t("replies.find")}>
        {(wiring) => (
          <input
            {...wiring}
            type="search"
            autocomplete="off"
            value={searched}
            onInput={(input) => setSearched(input.currentTarget.value)}
          />
        )}
      </Field>
      <ul class="rows" aria-label={t("pages.replies")}>
        {found.map((reply) => (
          <li key={reply.reply_id}>
            <ReplyRow reply={reply} refresh={refresh} />
          </li>
        ))}
      </ul>
      {found.length === 0 && <p role="status">{t("replies.notFound")}</p>}
    </div>
  );
}
