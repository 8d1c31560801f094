import { useEffect } from "preact/hooks";
import type { Block } from "../../wire/types";
import { useInbox } from "../context";
import { problemFrom, useLoaded } from "../ui/loaded";
import { useOpen } from "./open";

/** No socket tells of it: it is read again so often while somebody looks. */
const AGAIN_MS = 15_000;

export interface Blocking {
  told: Block | null;
  block: (reason: string) => Promise<void>;
  unblock: () => Promise<void>;
}

/** Whether the visitor is kept from writing, and how that is changed. */
export function useBlock(): Blocking {
  const { api, t, toast } = useInbox();
  const { conversationId } = useOpen();
  const path = `conversation/conversations/${conversationId}`;
  const { value, set, again } = useLoaded(conversationId, () => api.get<Block>(`${path}/block`));
  // Anew after each answer: what was done here is not at once read over.
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void again();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [value, again]);
  const tell = async (name: "block" | "unblock", reason: string | null) => {
    try {
      await api.post(`${path}/${name}`, reason === null ? {} : { reason });
      toast(t(name === "block" ? "block.done" : "block.undone"));
      // What is read now may be from before: it is what was done here until it is read the next time.
      set({
        visitor_id: value?.visitor_id ?? "",
        blocked: name === "block",
        by_name: t("thread.you"),
        reason,
      });
    } catch (error) {
      toast(problemFrom(error), () => void tell(name, reason));
    }
  };
  return {
    told: value,
    block: (reason) => tell("block", reason.trim() === "" ? null : reason.trim()),
    unblock: () => tell("unblock", null),
  };
}
