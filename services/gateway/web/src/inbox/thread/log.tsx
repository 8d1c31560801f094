import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { looksAtEnd } from "../../models/end";
import { pending } from "../../models/outgoing";
import { lastSeen, ownStanding } from "../../models/thread";
import { blocksOf } from "../../models/thread-blocks";
import { useNow } from "../clock";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { BlockView } from "./block-view";
import { useOpen } from "./open";
import { PendingMessage } from "./pending-message";
import { TypingLine } from "./typing-line";

/** So many blocks are drawn at first, and so many more each time one scrolls up to the first. */
const BLOCKS = 80;

/** What was said and done, the newest at the bottom; it stays there as long as one looks at the bottom. */
export function Log() {
  const { t, format, me } = useInbox();
  const open = useOpen();
  const thread = open.thread.value;
  const now = useNow();
  const [most, setMost] = useState(BLOCKS);
  const all = blocksOf(thread.items, open.notes.all.value, (at) => format.date(at));
  const blocks = all.slice(-most);
  const unsent = pending(open.outbound.box.value, ownStanding(thread, me.agent_id));
  const { scroller, scrolled, missed, toEnd } = useEnd(thread.items.length + unsent.length);
  useAnchored(scroller, blocks[0]?.key);
  const earlier = () => setMost(most + BLOCKS);
  const seen = lastSeen(thread);
  return (
    <div class="log-place">
      <div
        ref={scroller}
        class="log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard.
        tabIndex={0}
        role="log"
        aria-label={t("thread.messages")}
        onScroll={(scroll) => {
          scrolled(scroll.currentTarget);
          if (scroll.currentTarget.scrollTop < 40 && all.length > most) earlier();
        }}
      >
        {all.length > most && (
          <Button kind="quiet" class="earlier" onClick={earlier}>
            {t("thread.earlier")}
          </Button>
        )}
        <ol>
          {blocks.map((block) => (
            <BlockView key={block.key} block={block} seen={seen} now={now} />
          ))}
          {unsent.map((one) => (
            <PendingMessage key={one.key} one={one} />
          ))}
        </ol>
      </div>
      <TypingLine />
      {missed && (
        <Button class="latest" onClick={toEnd}>
          {t("thread.latest")} <span aria-hidden="true">↓</span>
        </Button>
      )}
    </div>
  );
}

/** Keeps to the end while one is there; else says that something came. */
function useEnd(size: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const there = useRef(true);
  const before = useRef(0);
  const [missed, setMissed] = useState(false);
  const toEnd = () => {
    there.current = true;
    setMissed(false);
    const log = scroller.current;
    if (log === null) return;
    log.scrollTo({ top: log.scrollHeight });
    before.current = log.scrollTop;
  };
  const scrolled = (log: HTMLElement) => {
    there.current = looksAtEnd(there.current, before.current, log);
    before.current = log.scrollTop;
    setMissed(!there.current);
  };
  useLayoutEffect(() => {
    if (there.current) toEnd();
  }, [size]);
  useEffect(() => {
    // Pictures that come late, and a composer that grows, move the end as well.
    const watch = new ResizeObserver(() => there.current && toEnd());
    const inner = scroller.current?.querySelector("ol");
    if (scroller.current) watch.observe(scroller.current);
    if (inner) watch.observe(inner);
    return () => watch.disconnect();
  }, []);
  return { scroller, scrolled, missed, toEnd };
}

/** When earlier blocks are put above, what one looks at stays where it is. */
function useAnchored(scroller: { current: HTMLElement | null }, first: string | undefined): void {
  const before = useRef<{ first: string | undefined; height: number }>({ first, height: 0 });
  useLayoutEffect(() => {
    const log = scroller.current;
    if (log === null) return;
    const grown = log.scrollHeight - before.current.height;
    // A browser that anchors by itself has moved already.
    const moves = before.current.first !== first && before.current.height > 0 && log.scrollTop < 100;
    if (moves && grown > 0) log.scrollTop += grown;
    before.current = { first, height: log.scrollHeight };
  });
}
