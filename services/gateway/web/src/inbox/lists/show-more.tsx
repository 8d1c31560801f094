import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useInbox } from "../context";
import { Button } from "../ui/button";

interface ShowMoreProps {
  list: RefObject<HTMLUListElement | null>;
  /** How many rows of it are drawn. */
  drawn: number;
  /** Whether there are others. */
  more: boolean;
  busy: boolean;
  onMore: () => void;
}

/** Brings more of a long list to whoever does not scroll; the focus goes on with the first row that came. */
export function ShowMore({ list, drawn, more, busy, onMore }: ShowMoreProps) {
  const { t } = useInbox();
  const button = useRef<HTMLButtonElement>(null);
  const from = useRef<number | null>(null);
  useEffect(() => {
    const row = from.current === null ? undefined : list.current?.children[from.current];
    if (row === undefined) return;
    from.current = null;
    // Whoever has gone on to something else meanwhile stays there; the button itself may be gone.
    const { activeElement } = document;
    if (activeElement === document.body || activeElement === button.current) row.querySelector("a")?.focus();
  }, [list, drawn]);
  if (!more) return null;
  return (
    <div class="list-more">
      <Button
        kind="quiet"
        inner={button}
        busy={busy}
        onClick={() => {
          from.current = drawn;
          onMore();
        }}
      >
        {t("list.more")}
      </Button>
    </div>
  );
}
