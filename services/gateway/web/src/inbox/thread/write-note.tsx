import { useRef, useState } from "preact/hooks";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { problemFrom } from "../ui/loaded";
import { useDraft } from "./draft";
import { useOpen } from "./open";
import { TEXT_MAX, TextBox } from "./text-box";

/** A note that only agents see, before and after the chat is closed. */
export function WriteNote() {
  const { t, toast } = useInbox();
  const { notes } = useOpen();
  const [text, setText] = useDraft("note");
  const [busy, setBusy] = useState(false);
  // The same note, tried again, is one note.
  const key = useRef(crypto.randomUUID());
  const nothing = text.trim() === "";
  const save = async () => {
    if (nothing || busy || text.length > TEXT_MAX) return;
    setBusy(true);
    try {
      await notes.write(text.trim(), key.current);
      key.current = crypto.randomUUID();
      setText("");
    } catch (error) {
      toast(problemFrom(error), () => void save());
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="write">
      <TextBox
        label={t("compose.note")}
        placeholder={t("compose.notePlaceholder")}
        text={text}
        onText={(next) => {
          // Another text is another note.
          key.current = crypto.randomUUID();
          setText(next);
        }}
        onSend={() => void save()}
      />
      <div class="write-foot">
        <small class="write-hint">{t("compose.noteHint")}</small>
        <Button
          kind="primary"
          busy={busy}
          aria-disabled={nothing ? "true" : undefined}
          onClick={() => void save()}
        >
          {t("compose.saveNote")}
        </Button>
      </div>
    </div>
  );
}
