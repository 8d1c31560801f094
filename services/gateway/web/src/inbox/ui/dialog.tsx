import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { type Leaving, onLeaving } from "../../models/dialog";
import { useSpeech } from "../context";
import { Button } from "./button";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Wider than a question. */
  wide?: boolean;
  /** Asks before Escape, or a press beside it, throws away what its form says else than at first. */
  asks?: boolean;
  /** What its form asked for is on its way: neither leaves it, for nobody can say what would be lost. */
  busy?: boolean;
}

/**
 * A modal dialog: while it is rendered it is open. Escape closes it, and so does a press beside it as long as nothing was
 * typed into its form; with `asks` both ask instead once something was. Focus goes back.
 */
export function Dialog({ title, onClose, children, wide = false, asks = false, busy = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const typed = useRef(false);
  const first = useRef("");
  const [asking, setAsking] = useState(false);
  // Read when a key is pressed: what hears it may be of the render before, until the effects of this one have run.
  const now = useRef({ busy, asks });
  now.current = { busy, asks };
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    first.current = said(dialog.current);
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const whither = (by: Leaving["by"]) => {
    const changed = said(dialog.current) !== first.current;
    return onLeaving({ by, ...now.current, changed, typed: typed.current });
  };
  const leave = (by: Leaving["by"]) => {
    const to = whither(by);
    if (to === "ask") setAsking(true);
    else if (to === "close") onClose();
  };
  useEffect(() => {
    if (!asks) return;
    const hear = (press: KeyboardEvent) => {
      const top = [...document.querySelectorAll("dialog[open]")].at(-1);
      if (press.key !== "Escape" || press.isComposing || top !== dialog.current) return;
      press.preventDefault();
      leave("escape");
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  });
  const beside = (press: MouseEvent) => {
    if (press.target !== dialog.current) return;
    // The focus stays where it was: one may go on there.
    if (whither("press") !== "close") press.preventDefault();
    leave("press");
  };
  return (
    <>
      {/* The press beside it is a second way for the mouse: the keyboard has Escape. */}
      <dialog
        ref={dialog}
        class={wide ? "dialog wide" : "dialog"}
        aria-labelledby={id}
        onCancel={(cancel) => {
          cancel.preventDefault();
          if (cancel.cancelable || whither("escape") === "close") leave("escape");
        }}
        // A browser closes a dialog by force where it was not to be closed before: what was filled in is still there.
        onClose={() => whither("escape") !== "close" && dialog.current?.showModal()}
        onMouseDown={beside}
        onInput={(input) => {
          if (input.target instanceof Element && input.target.closest("form") !== null) typed.current = true;
        }}
      >
        <div class="dialog-body">
          <h2 id={id}>{title}</h2>
          {children}
        </div>
      </dialog>
      {asking && <ThrowAway onStay={() => setAsking(false)} onGo={onClose} />}
    </>
  );
}

/** Whether what was filled in is really to be thrown away. */
function ThrowAway({ onStay, onGo }: { onStay: () => void; onGo: () => void }) {
  const { t } = useSpeech();
  return (
    <Dialog title={t("discard.title")} onClose={onStay}>
      <p>{t("discard.text")}</p>
      <div class="dialog-buttons">
        <Button onClick={onStay}>{t("discard.stay")}</Button>
        <Button kind="danger" onClick={onGo}>
          {t("discard.do")}
        </Button>
      </div>
    </Dialog>
  );
}

/** All that the fields of a dialog's form say. */
function said(dialog: HTMLDialogElement | null): string {
  const fields = dialog?.querySelectorAll<HTMLInputElement>("form :is(input, textarea, select)") ?? [];
  return JSON.stringify([...fields].map((one) => (one.type === "radio" ? one.checked : one.value)));
}
