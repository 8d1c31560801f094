import { useEffect, useId, useState } from "preact/hooks";
import { answering, filledIn, slashed } from "../../models/canned";
import { visitorName } from "../../models/thread";
import type { CannedReply } from "../../wire/types";
import { useInbox } from "../context";
import { useOpen } from "./open";

const MOST = 8;

/** Offers canned replies while the message is a slash and a word; arrows pick, Enter and Tab take, Escape goes on. */
export function useReplies(text: string, setText: (text: string) => void) {
  const { t, me, store } = useInbox();
  const open = useOpen();
  const id = useId();
  const [at, setAt] = useState(0);
  const [closed, setClosed] = useState(false);
  const wanted = slashed(text);
  useEffect(() => {
    if (wanted === null) setClosed(false);
    else void store.replies.wanted();
    setAt(0);
  }, [wanted, store]);
  const found = wanted === null || closed ? [] : answering(store.replies.all.value, wanted).slice(0, MOST);
  const take = (reply: CannedReply | undefined) => {
    if (reply === undefined) return;
    const visitor = open.row.value?.visitor_name ?? visitorName(open.thread.value) ?? t("compose.nameless");
    setText(filledIn(reply.text, { visitor_name: visitor, agent_name: me.name }));
  };
  const onKey = (press: KeyboardEvent): boolean => {
    if (found.length === 0 || press.isComposing) return false;
    const step = press.key === "ArrowDown" ? 1 : press.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setAt((at + step + found.length) % found.length);
    else if ((press.key === "Enter" && !press.shiftKey) || press.key === "Tab") take(found[at]);
    else if (press.key === "Escape") setClosed(true);
    else return false;
    press.preventDefault();
    return true;
  };
  const popup = found.length > 0 && (
    <div id={id} role="listbox" class="palette replies" aria-label={t("compose.replies")} tabIndex={-1}>
      {found.map((reply, index) => (
        <button
          type="button"
          key={reply.reply_id}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          // The cursor stays in the message.
          onMouseDown={(press) => press.preventDefault()}
          onClick={() => take(reply)}
        >
          <span class="clip">
            <strong>/{reply.shortcut}</strong> {reply.title}
          </span>
          <small class="clip">{reply.text}</small>
        </button>
      ))}
    </div>
  );
  return {
    popup,
    onKey,
    listId: found.length > 0 ? id : undefined,
    pickedId: found.length > 0 ? `${id}-${at}` : undefined,
  };
}
