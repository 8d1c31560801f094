import type { Block } from "../../wire/types";
import { useInbox } from "../context";
import { problemFrom, useLoaded } from "../ui/loaded";
import { useOpen } from "./open";

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
  const { value, set } = useLoaded(conversationId, () => api.get<Block>(`${path}/block`));
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
