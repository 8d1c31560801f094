import { useEffect, useState } from "preact/hooks";

export const DRAWER_ID = "navigation";
export const OPENER_ID = "navigation-opener";
/** What is open above the page is closed before the drawer is. */
const ABOVE = "dialog[open], :popover-open";

/** The navigation of a small screen: Escape, and a press beside it, put it away again. */
export function useDrawer() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!open) return;
    const leave = (press: KeyboardEvent) => {
      if (press.key !== "Escape" || document.querySelector(ABOVE) !== null) return;
      setOpen(false);
      document.getElementById(OPENER_ID)?.focus();
    };
    const beside = ({ target }: PointerEvent) => {
      const within = target instanceof Element && target.closest(`#${DRAWER_ID}, #${OPENER_ID}, ${ABOVE}`);
      if (!within) setOpen(false);
    };
    addEventListener("keydown", leave, { capture: true });
    addEventListener("pointerdown", beside);
    return () => {
      removeEventListener("keydown", leave, { capture: true });
      removeEventListener("pointerdown", beside);
    };
  }, [open]);
  return { open, setOpen };
}
