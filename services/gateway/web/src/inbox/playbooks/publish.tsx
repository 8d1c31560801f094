import { useState } from "preact/hooks";
import { sameFlow } from "../../models/playbook-merge";
import { Problem } from "../../wire/problem";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { Differences } from "./comparing";
import { useDesk } from "./open";
import { useWho } from "./people";
import { ProblemItems } from "./problem-list";
import { MEANWHILE } from "./saving";
import { texts } from "./texts";
import { useWords } from "./words";

/** Makes the draft what visitors get; refused with all that is wrong, each with the way to its card. */
export function Publish({ onClose }: { onClose: () => void }) {
  const say = useWords(texts);
  const { t, toast } = useInbox();
  const { editing } = useDesk();
  const { busy, problem, send } = useSending();
  const [note, setNote] = useState("");
  const [unsaved, setUnsaved] = useState(false);
  const shown = editing.flow.value;
  const [began] = useState(shown);
  const changedBy = useWho(editing.playbook.value.changed_by);
  // What somebody else made of it while it stands here to be read is published by nobody who has not seen it.
  const meanwhile = !sameFlow(began, shown);
  const publish = async () => {
    setUnsaved(false);
    const done = await send(async () => {
      try {
        await editing.publish(note.trim(), shown);
      } catch (error) {
        if (error instanceof Problem && error.code === "flow_not_walkable") await editing.check();
        throw error;
      }
    });
    if (!done) return;
    if (!editing.isSaved.value) {
      setUnsaved(true);
      return;
    }
    toast(say("publish.done", { number: editing.playbook.value.published ?? 0 }));
    onClose();
  };
  const { draft_changed: changed = true, active = false, published = 0 } = editing.playbook.value;
  const nothing = !changed && editing.isSaved.value;
  return (
    <Dialog title={say("publish.title")} onClose={onClose}>
      <form
        class="form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void publish();
        }}
      >
        <p>{nothing ? say("publish.nothing") : say(active ? "publish.text" : "publish.inactive")}</p>
        {!nothing && (
          <Field label={say("publish.note")} hint={say("publish.noteHint")}>
            {(wiring) => (
              <textarea
                {...wiring}
                rows={2}
                maxLength={500}
                dir="auto"
                value={note}
                onInput={(input) => setNote(input.currentTarget.value)}
              />
            )}
          </Field>
        )}
        {!nothing && published > 0 && (
          <details class="pb-changes-box" open={meanwhile || undefined}>
            <summary>{say("changes.unpublished")}</summary>
            <Differences from={published} />
          </details>
        )}
        {meanwhile && (
          <p class="field-error" role="alert">
            {say("publish.meanwhile", { name: changedBy })}
          </p>
        )}
        {problem?.code !== MEANWHILE && <Refusal problem={problem} />}
        {problem?.code === "flow_not_walkable" && <ProblemItems onGo={onClose} />}
        {unsaved && (
          <p class="field-error" role="alert">
            {say("publish.unsaved")}
          </p>
        )}
        <div class="dialog-buttons">
          <Button onClick={onClose}>{nothing ? t("pages.done") : say("cancel")}</Button>
          {!nothing && (
            <Button kind="primary" type="submit" busy={busy}>
              {say("publish.do")}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
