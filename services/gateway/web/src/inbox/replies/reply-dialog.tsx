import { useRef, useState } from "preact/hooks";
import { SHORTCUT, shortcutOf } from "../../models/replies";
import type { Accepted, CannedReply } from "../../wire/types";
import { useInbox } from "../context";
import { problemText } from "../problem-text";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { keyOf } from "../ui/key-of";
import { LineField } from "../ui/line-field";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import type { Refresh } from "./replies";

interface ReplyDialogProps {
  /** Null: a new one. */
  reply: CannedReply | null;
  refresh: Refresh;
  onClose: () => void;
}

/** A reply's title, shortcut and text. */
export function ReplyDialog({ reply, refresh, onClose }: ReplyDialogProps) {
  const { t, api, format, toast } = useInbox();
  const { busy, problem, send } = useSending();
  const [title, setTitle] = useState(reply?.title ?? "");
  // Until it is typed, the shortcut follows the title of a new one.
  const [typed, setTyped] = useState<string | null>(reply?.shortcut ?? null);
  const [text, setText] = useState(reply?.text ?? "");
  const keys = useRef(keyOf());
  const shortcut = typed ?? shortcutOf(title);
  const save = async () => {
    const body = { title: title.trim(), shortcut, text };
    const path = reply === null ? "conversation/replies" : `conversation/replies/${reply.reply_id}`;
    const told = await api.post<Accepted>(path, body, { key: keys.current(body) });
    const id = reply?.reply_id ?? told.ids?.reply_id;
    refresh((replies) => replies.some((one) => one.reply_id === id && one.version >= told.version));
    toast(t("replies.saved"));
    onClose();
  };
  const atShortcut = problem?.code === "shortcut_taken";
  return (
    <Dialog
      title={reply === null ? t("replies.add") : t("replies.edit")}
      onClose={onClose}
      wide
      asks
      busy={busy}
    >
      <form
        class="details-form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void send(save);
        }}
      >
        <div class="form-row">
          <LineField label={t("replies.title")} maxLength={80} value={title} onValue={setTitle} />
          <Field
            label={t("replies.shortcut")}
            hint={t("replies.shortcutHint")}
            error={atShortcut && problem !== null ? problemText(problem, t, format) : null}
          >
            {(wiring) => (
              <input
                {...wiring}
                type="text"
                required
                pattern={SHORTCUT}
                maxLength={40}
                dir="ltr"
                autocapitalize="none"
                autocomplete="off"
                spellcheck={false}
                title={t("replies.shortcutHint")}
                value={shortcut}
                onInput={(input) => setTyped(input.currentTarget.value)}
              />
            )}
          </Field>
        </div>
        <Field label={t("replies.body")} hint={t("replies.bodyHint")}>
          {(wiring) => (
            <textarea
              {...wiring}
              required
              rows={6}
              maxLength={4_000}
              dir="auto"
              value={text}
              onInput={(input) => setText(input.currentTarget.value)}
            />
          )}
        </Field>
        {!atShortcut && <Refusal problem={problem} />}
        <div class="dialog-buttons">
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {t("replies.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
