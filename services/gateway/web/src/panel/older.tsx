import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Line } from "../models/visitor";
import { Says } from "./lines";
import type { Panel } from "./panel";
import { says } from "./says";

/** So many lines are drawn at once: more would be felt. */
const MORE = 100;

interface OlderProps {
  lines: readonly Line[];
  bot: string;
  panel: Panel;
  /** So many of the last ones are drawn at first, and more only if somebody asks; without it, also where one scrolls up. */
  first?: number;
}

/** Lines of which the last ones are drawn; they are not read out, for they are not new. */
export function Older({ lines, bot, panel, first = 0 }: OlderProps) {
  const [most, setMost] = useState(first);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const below = useRef<number | null>(null);
  const scroller = () => list.current?.closest(".scroll");
  const from = Math.max(0, lines.length - most);
  const more = () => {
    const at = scroller();
    below.current = at ? at.scrollHeight - at.scrollTop : null;
    // The button goes with the last of them, and what had the focus has it no more.
    if (from <= MORE && document.activeElement === button.current)
      list.current?.focus({ preventScroll: true });
    setMost(most + MORE);
  };
  useLayoutEffect(() => {
    const at = scroller();
    // What one looks at stays where it is.
    if (at && below.current !== null) at.scrollTop = at.scrollHeight - below.current;
    below.current = null;
  }, [most]);
  useEffect(() => {
    if (button.current === null || first > 0) return;
    const watch = new IntersectionObserver((seen) => seen.some((it) => it.isIntersecting) && more());
    watch.observe(button.current);
    return () => watch.disconnect();
  }, [most, from > 0]);
  return (
    <>
      {from > 0 && (
        <button ref={button} type="button" class="older" onClick={more}>
          {says("older")}
        </button>
      )}
      <ul ref={list} tabIndex={-1}>
        <Says lines={lines} bot={bot} panel={panel} from={from} />
      </ul>
    </>
  );
}
