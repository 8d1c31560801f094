import { useState } from "preact/hooks";
import { mayChange } from "../../models/replies";
import type { CannedReply } from "../../wire/types";
import { useInbox } from "../context";
import { Confirm } from "../ui/confirm";
import { Menu } from "../ui/menu";
import type { Refresh } from "./replies";
import { ReplyDialog } from "./reply-dialog";

/** One reply: its shortcut, what it says, whose it is; for its author and owners the ways to change it. */
export function ReplyRow({ reply, refresh }: { reply: CannedReply; refresh: Refresh }) {
  const { t, api, me } = useInbox();
  const [doing, setDoing] = useState<"edit" | "remove" | null>(null);
  const close = () => setDoing(null);
  const { reply_id: id, title } = reply;
  const remove = async () => {
    await api.post(`conversation/replies/${id}/remove`);
    refresh((replies) => replies.every((one) => one.reply_id !== id));
  };
  return (
    <>
      <div class="row-words">
        <strong>
          <bdi>{title}</bdi> <code>/{reply.shortcut}</code>
        </strong>
        <span class="pre" dir="auto">
          {reply.text}
        </span>
        <small>{t("replies.by", { name: reply.author_name })}</small>
      </div>
      {mayChange(reply, me) && (
        <Menu
          label={t("replies.menuOf", { title })}
          button="…"
          kind="quiet"
          items={[
            { label: t("replies.edit"), onSelect: () => setDoing("edit") },
            { label: t("replies.remove"), danger: true, onSelect: () => setDoing("remove") },
          ]}
        />
      )}
      {doing === "edit" && <ReplyDialog reply={reply} refresh={refresh} onClose={close} />}
      {doing === "remove" && (
        <Confirm
          title={t("replies.removeTitle", { title })}
          action={t("replies.remove")}
          danger
          run={remove}
          onClose={close}
        >
          <p>{t("replies.removeText")}</p>
        </Confirm>
      )}
    </>
  );
}
