import { useInbox } from "../context";
import { Button } from "../ui/button";
import { problemFrom } from "../ui/loaded";
import { useOpen } from "./open";
import { TEXT_MAX, TextBox } from "./text-box";

/** A note that only agents see, before and after the chat is closed. */
export function WriteNote() {
  const { t, toast } = useInbox();
  const { notes, drafts } = useOpen();
  const text = drafts.note.text.value;
  const nothing = text.trim() === "";
  const save = async () => {
    // What is tried again is what stands there by then.
    const said = drafts.note.text.peek().trim();
    if (said === "" || notes.saving.value || drafts.note.text.peek().length > TEXT_MAX) return;
    try {
      await notes.write(said);
      // What was written meanwhile is another note.
      drafts.note.sent(said);
    } catch (error) {
      toast(problemFrom(error), () => void save());
    }
  };
  return (
    <div class="write">
      <TextBox
        label={t("compose.note")}
        placeholder={t("compose.notePlaceholder")}
        text={text}
        onText={(next) => {
          notes.changes();
          drafts.note.write(next);
        }}
        onSend={() => void save()}
      />
      <div class="write-foot">
        <small class="write-hint">{t("compose.noteHint")}</small>
        <Button
          kind="primary"
          busy={notes.saving.value}
          aria-disabled={nothing ? "true" : undefined}
          onClick={() => void save()}
        >
          {t("compose.saveNote")}
        </Button>
      </div>
    </div>
  );
}
