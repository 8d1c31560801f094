import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Finger } from "../../models/finger";

const TOUCHES = ["touchstart", "touchmove", "touchend", "touchcancel"] as const;

/** Whether somebody is at a list, with the pointer, a finger, or the focus. */
export function useHeld() {
  const [held, setHeld] = useState(false);
  const at = useRef({ pointer: false, finger: false, focus: false });
  const note = (change: Partial<typeof at.current>) => {
    at.current = { ...at.current, ...change };
    setHeld(at.current.pointer || at.current.finger || at.current.focus);
  };
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const finger = new Finger((there) => note({ finger: there }));
    const scrolled = () => finger.scrolls();
    const touched = (touch: TouchEvent) => {
      if (touch.touches.length > 0) finger.touches();
      else finger.leaves();
    };
    // Of pointers a browser tells no more once it scrolls by them; of touches it does, and waits for none of these.
    for (const touch of TOUCHES) element.addEventListener(touch, touched, { passive: true });
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      finger.stop();
      for (const touch of TOUCHES) element.removeEventListener(touch, touched);
      element.removeEventListener("scroll", scrolled);
    };
  }, []);
  const handlers = {
    ref: list as RefObject<never>,
    // A finger leaves no pointer behind: only a mouse holds a list still as long as it is there.
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
