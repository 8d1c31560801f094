import { useEffect, useRef, useState } from "preact/hooks";
import type { Panel } from "./panel";
import { says } from "./says";

/** So long a place is let be before the next one is read out. */
const SAID_EVERY_MS = 10_000;

/** Where the visitor stands in line: it is seen at once, and read out at times, however fast the line moves. */
export function Place({ panel }: { panel: Panel }) {
  const { place } = panel.store.state;
  const position = place && place.chat === panel.visiting.screen.chat?.id ? place.position : 0;
  const [said, say] = useState(0);
  const next = useRef(0);
  useEffect(() => {
    if (said === position) return;
    const turn = () => {
      next.current = performance.now() + SAID_EVERY_MS;
      say(position);
    };
    const timer = setTimeout(turn, next.current - performance.now());
    return () => clearTimeout(timer);
  }, [position, said]);
  return (
    <>
      {position > 0 && (
        <p class="hint" aria-hidden="true">
          {inWords(position)}
        </p>
      )}
      <p class="hidden" role="status">
        {inWords(said)}
      </p>
    </>
  );
}

const inWords = (position: number) =>
  position > 1 ? says("place", { position }) : position === 1 ? says("next") : "";
