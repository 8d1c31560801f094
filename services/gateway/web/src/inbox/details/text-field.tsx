import { textMistake } from "../../models/detail-texts";
import { byBot, isVerified, type TextField as Name } from "../../models/details";
import { overtaking, shown } from "../../models/field";
import { useInbox } from "../context";
import { problemText } from "../problem-text";
import { Field } from "../ui/field";
import { Choice } from "./choice";
import type { Panel } from "./panel";
import { savingOf } from "./saving";

interface TextFieldProps {
  panel: Panel;
  name: Name;
  label: string;
  inputMode?: "text" | "email" | "tel" | "url";
}

/** A text of the details, which saves by itself when one leaves it or presses Enter. */
export function TextField({ panel, name, label, inputMode = "text" }: TextFieldProps) {
  const { t, format } = useInbox();
  const details = panel.details.value;
  const field = details.texts[name];
  const mistake = panel.left.value.has(name) ? textMistake(name, shown(field)) : null;
  const failure = field.saving.is === "failed" ? problemText(field.saving.problem, t, format) : null;
  const over = overtaking(field);
  const captured = byBot(details, name) ? t("details.byBot") : undefined;
  const origin = isVerified(details, name) ? t("details.verified") : captured;
  const error = mistake === null ? failure : t(`details.${mistake}.${name}`);
  return (
    <>
      <Field
        label={label}
        hint={field.draft === null ? origin : undefined}
        error={error}
        saving={savingOf(field, mistake !== null)}
        onRetry={() => void panel.leave(name)}
      >
        {(wiring) => (
          <input
            {...wiring}
            type="text"
            inputMode={inputMode}
            autocomplete="off"
            spellcheck={false}
            dir="auto"
            value={shown(field)}
            onInput={(input) => panel.typeText(name, input.currentTarget.value)}
            onBlur={() => void panel.leave(name)}
            onKeyDown={(press) => {
              if (press.key === "Enter" && !press.isComposing) void panel.leave(name);
            }}
          />
        )}
      </Field>
      {over !== null && (
        <Choice
          now={over.now}
          label={label}
          by={over.by}
          onMine={() => void panel.choose(name, true)}
          onTheirs={() => void panel.choose(name, false)}
        />
      )}
    </>
  );
}
