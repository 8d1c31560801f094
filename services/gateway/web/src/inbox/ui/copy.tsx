import { useRef, useState } from "preact/hooks";
import { useSpeech } from "../context";
import { Button } from "./button";
import { Field } from "./field";

interface CopyProps {
  label: string;
  text: string;
  hint?: string;
}

/** A text to take elsewhere, with a button that copies it; where the browser does not let it, it is marked to be copied. */
export function Copy({ label, text, hint }: CopyProps) {
  const { t } = useSpeech();
  const area = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    area.current?.select();
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <div class="copy">
      <Field label={label} hint={hint}>
        {(wiring) => (
          <textarea
            {...wiring}
            ref={area}
            class="mono"
            dir="ltr"
            rows={3}
            readOnly
            spellcheck={false}
            value={text}
            onFocus={(focus) => focus.currentTarget.select()}
          />
        )}
      </Field>
      <div class="row">
        <Button onClick={() => void copy()}>{t("pages.copy")}</Button>
        <span role="status">{copied ? t("pages.copied") : ""}</span>
      </div>
    </div>
  );
}
