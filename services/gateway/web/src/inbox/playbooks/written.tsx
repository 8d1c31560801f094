import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { UNWRITTEN } from "../../models/playbook-edit";
import { Field } from "../ui/field";
import { texts } from "./texts";
import { useWords } from "./words";

interface WrittenProps {
  label: string;
  hint?: string;
  value: string;
  onValue: (value: string) => void;
  maxLength?: number;
  /** More than one line. */
  lines?: number;
  /** It may be left empty: `onValue` gets an empty text then. */
  optional?: boolean;
  name?: string;
  /** Why it is not taken as it is. */
  error?: string | null;
  /** What stands between the label and the text, e.g. buttons that change it. */
  tools?: ComponentChildren;
}

/** A text that people write; one that has to be there and is not, says so beside it. */
export function Written({
  label,
  hint,
  value,
  onValue,
  maxLength = 2_000,
  lines = 1,
  optional = false,
  name,
  error = null,
  tools,
}: WrittenProps) {
  const say = useWords(texts);
  const [left, setLeft] = useState(false);
  const blank = value.trim() === "";
  const shared = {
    value: value === UNWRITTEN ? "" : value,
    maxLength,
    dir: "auto" as const,
    autocomplete: "off" as const,
    "data-field": name,
    onBlur: () => setLeft(true),
    onInput: (input: Event) => {
      const text = (input.currentTarget as HTMLInputElement).value;
      onValue(text === "" && !optional ? UNWRITTEN : text);
    },
  };
  const unwritten = blank && !optional && left ? say("form.unwritten") : null;
  return (
    <Field label={label} hint={hint} error={error ?? unwritten}>
      {(wiring) =>
        lines > 1 ? (
          <>
            {tools}
            <textarea {...wiring} {...shared} rows={lines} />
          </>
        ) : (
          <input {...wiring} {...shared} type="text" />
        )
      }
    </Field>
  );
}
