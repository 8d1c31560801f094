import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../../wire/problem";
import { useInbox } from "../context";
import { problemText } from "../problem-text";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { problemFrom } from "../ui/loaded";
import { keyOf } from "./key-of";

interface NoteEditorProps {
  label: string;
  save: string;
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
  const { label, save, text, placeholder, focused = false, onText, onCancel, onSave } = props;
  const { t, format } = useInbox();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const keys = useRef(keyOf());
  useEffect(() => {
    if (focused) area.current?.focus();
  }, [focused]);
  const send = async () => {
    const trimmed = text.trim();
    if (busy || trimmed === "") return;
    setBusy(true);
    setProblem(null);
    try {
      await onSave(trimmed, keys.current(trimmed));
      keys.current = keyOf();
    } catch (error) {
      setProblem(problemFrom(error));
    } finally {
      setBusy(false);
    }
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
              if (press.key === "Enter" && (press.ctrlKey || press.metaKey)) void send();
              if (press.key === "Escape" && onCancel !== undefined) onCancel();
            }}
          />
        )}
      </Field>
      {open && (
        <div class="row end">
          {onCancel !== undefined && <Button onClick={onCancel}>{t("shell.cancel")}</Button>}
          <Button kind="primary" busy={busy} onClick={() => void send()}>
            {save}
          </Button>
        </div>
      )}
    </div>
  );
}
