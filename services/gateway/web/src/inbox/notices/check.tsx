/** A setting that is on or off. */
export function Check(props: { checked: boolean; onChange: (on: boolean) => void; children: string }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(change) => props.onChange(change.currentTarget.checked)}
      />
      {props.children}
    </label>
  );
}
