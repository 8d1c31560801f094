import type { ComponentChildren, JSX, Ref } from "preact";

export interface ButtonProps extends Omit<JSX.IntrinsicElements["button"], "ref"> {
  kind?: "primary" | "plain" | "quiet" | "danger";
  /** Why it does nothing now: it stays where it is, can be focused, and says so. */
  reason?: string | null | undefined;
  busy?: boolean | undefined;
  inner?: Ref<HTMLButtonElement>;
  children?: ComponentChildren;
}

export function Button({ kind = "plain", reason, busy = false, inner, children, ...rest }: ButtonProps) {
  const off = busy || (reason !== undefined && reason !== null);
  const stop = (click: MouseEvent) => click.preventDefault();
  return (
    <button
      type="button"
      {...rest}
      ref={inner ?? null}
      class={`button ${kind} ${String(rest.class ?? "")}`}
      aria-disabled={off ? "true" : undefined}
      aria-busy={busy ? "true" : undefined}
      title={reason ?? rest.title}
      aria-description={reason ?? undefined}
      onClick={off ? stop : rest.onClick}
    >
      {children}
    </button>
  );
}
