import { useLayoutEffect, useRef } from "preact/hooks";
import { useInbox } from "../context";

export const TEXT_MAX = 4_000;

interface TextBoxProps {
  label: string;
  placeholder: string;
  text: string;
  onText: (text: string) => void;
  onSend: () => void;
  onBlur?: () => void;
  onPaste?: (paste: ClipboardEvent) => void;
  /** Sees a key first; true keeps it from doing anything else. */
  onKey?: (press: KeyboardEvent) => boolean;
  /** The list that is offered above it, and what of it is picked. */
  listId?: string | undefined;
  pickedId?: string | undefined;
}

/** Grows with its text. Enter sends, Shift+Enter makes a new line. */
export function TextBox(props: TextBoxProps) {
  const { label, placeholder, text, onText, onSend, onBlur, onPaste, onKey, listId, pickedId } = props;
  const { t } = useInbox();
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (box.current === null) return;
    box.current.style.height = "auto";
    box.current.style.height = `${box.current.scrollHeight + 2}px`;
  }, [text]);
  const over = text.length - TEXT_MAX;
  return (
    <>
      <textarea
        ref={box}
        rows={2}
        aria-label={label}
        aria-invalid={over > 0 ? "true" : undefined}
        aria-autocomplete={listId === undefined ? undefined : "list"}
        aria-controls={listId}
        aria-activedescendant={pickedId}
        placeholder={placeholder}
        dir="auto"
        value={text}
        onInput={(input) => onText(input.currentTarget.value)}
        onBlur={onBlur}
        onPaste={onPaste}
        onKeyDown={(press) => {
          if (onKey?.(press)) return;
          // While letters are composed, Enter is the input method's.
          if (press.key !== "Enter" || press.shiftKey || press.isComposing) return;
          press.preventDefault();
          if (over <= 0) onSend();
        }}
      />
      {over > 0 && (
        <p class="field-error" role="alert">
          {t("compose.tooLong", { count: over })}
        </p>
      )}
    </>
  );
}
