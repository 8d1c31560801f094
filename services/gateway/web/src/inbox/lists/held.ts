import { useRef, useState } from "preact/hooks";

/** Whether somebody is at a list, with the pointer or with the focus. */
export function useHeld() {
  const [held, setHeld] = useState(false);
  const at = useRef({ pointer: false, focus: false });
  const note = (change: Partial<typeof at.current>) => {
    at.current = { ...at.current, ...change };
    setHeld(at.current.pointer || at.current.focus);
  };
  const handlers = {
    // A finger leaves no pointer behind: only a mouse holds a list still.
    onPointerEnter: (enter: PointerEvent) => note({ pointer: enter.pointerType === "mouse" }),
    onPointerLeave: () => note({ pointer: false }),
    onFocusIn: () => note({ focus: true }),
    onFocusOut: (out: FocusEvent & { currentTarget: HTMLElement }) => {
      const to = out.relatedTarget;
      note({ focus: to instanceof Node && out.currentTarget.contains(to) });
    },
  };
  return { held, handlers };
}
