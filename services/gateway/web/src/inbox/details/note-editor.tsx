import { useEffect, useRef } from "preact/hooks";
import { useInbox } from "../context";
import { problemText } from "../problem-text";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { keyOf } from "../ui/key-of";
import { useSending } from "../ui/sending";

interface NoteEditorProps {
  label: string;
  action: string;
  text: string;
  placeholder?: string;
  focused?: boolean;
  onText: (text: string) => void;
  onCancel?: () => void;
  /** Saves it; the key belongs to the text, so that trying again writes nothing twice. */
  onSave: (text: string, key: string) => Promise<void>;
}

/** A note's text. Ctrl+Enter saves; what could not be saved stays, with the reason. */
export function NoteEditor(props: NoteEditorProps) {
  const { label, action, text, placeholder, focused = false, onText, onCancel, onSave } = props;
  const { t, format } = useInbox();
  const { busy, problem, send } = useSending();
  const area = useRef<HTMLTextAreaElement>(null);
  const keys = useRef(keyOf());
  useEffect(() => {
    if (focused) area.current?.focus();
  }, [focused]);
  const save = async () => {
    const trimmed = text.trim();
    if (trimmed === "") return;
    const done = await send(() => onSave(trimmed, keys.current(trimmed)));
    if (done) keys.current = keyOf();
  };
  const open = text.trim() !== "" || onCancel !== undefined;
  return (
    <div class="details-editor">
      <Field label={label} error={problem === null ? null : problemText(problem, t, format)}>
        {(wiring) => (
          <textarea
            {...wiring}
            ref={area}
            rows={open ? 3 : 1}
            maxLength={4_000}
            dir="auto"
            placeholder={placeholder ?? ""}
            value={text}
            onInput={(input) => onText(input.currentTarget.value)}
            onKeyDown={(press) => {
              if (press.key === "Enter" && (press.ctrlKey || press.metaKey)) void save();
              if (press.key === "Escape" && onCancel !== undefined) {
                press.preventDefault();
                onCancel();
              }
            }}
          />
        )}
      </Field>
      {open && (
        <div class="row end">
          {onCancel !== undefined && <Button onClick={onCancel}>{t("shell.cancel")}</Button>}
          <Button kind="primary" busy={busy} onClick={() => void save()}>
            {action}
          </Button>
        </div>
      )}
    </div>
  );
}
