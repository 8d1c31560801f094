import { Field } from "./field";

interface LineFieldProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  maxLength: number;
  disabled?: boolean;
}

/** A line in somebody's own words, which has to be there: a name, a title, a label. */
export function LineField({ label, value, onValue, maxLength, disabled = false }: LineFieldProps) {
  return (
    <Field label={label}>
      {(wiring) => (
        <input
          {...wiring}
          type="text"
          required
          pattern=".*\S.*"
          maxLength={maxLength}
          dir="auto"
          autocomplete="off"
          disabled={disabled}
          value={value}
          onInput={(input) => onValue(input.currentTarget.value)}
        />
      )}
    </Field>
  );
}
