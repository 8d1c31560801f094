import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Wider than a question. */
  wide?: boolean;
}

/**
 * A modal dialog: while it is rendered it is open. Escape closes it, and so does a press beside it as long as nothing was
 * typed into its form; focus goes back.
 */
export function Dialog({ title, onClose, children, wide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const changed = useRef(false);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const beside = (press: MouseEvent) => {
    if (press.target === dialog.current && !changed.current) onClose();
  };
  return (
    // The press beside it is a second way for the mouse: the keyboard has Escape.
    <dialog
      ref={dialog}
      class={wide ? "dialog wide" : "dialog"}
      aria-labelledby={id}
      onCancel={(cancel) => {
        cancel.preventDefault();
        onClose();
      }}
      onMouseDown={beside}
      onInput={(input) => {
        if (input.target instanceof Element && input.target.closest("form") !== null) changed.current = true;
      }}
    >
      <div class="dialog-body">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
