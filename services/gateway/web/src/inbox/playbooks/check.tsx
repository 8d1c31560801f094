import { useId } from "preact/hooks";

interface CheckProps {
  label: string;
  hint: string;
  checked: boolean;
  onCheck: (checked: boolean) => void;
}

/** A choice of two, and what it means. */
export function Check({ label, hint, checked, onCheck }: CheckProps) {
  const id = useId();
  return (
    <div>
      <label class="check">
        <input
          type="checkbox"
          aria-describedby={id}
          checked={checked}
          onChange={(changed) => onCheck(changed.currentTarget.checked)}
        />
        {label}
      </label>
      <p id={id} class="field-hint">
        {hint}
      </p>
    </div>
  );
}
