import { useCallback, useState } from "preact/hooks";
import { useInbox } from "../context";
import { kept } from "../kept";
import { useOpen } from "./open";

/** What one has begun to write in a conversation, kept over reloads. */
export function useDraft(mode: "message" | "note"): readonly [string, (text: string) => void] {
  const { me } = useInbox();
  const { conversationId } = useOpen();
  const place = `draft.${me.agent_id}.${conversationId}.${mode}`;
  const [text, setText] = useState(() => kept.get(place) ?? "");
  const write = useCallback(
    (next: string) => {
      setText(next);
      kept.set(place, next === "" ? null : next);
    },
    [place],
  );
  return [text, write];
}
