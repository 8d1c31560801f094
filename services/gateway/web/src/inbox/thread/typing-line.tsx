import { typingNow } from "../../models/typing";
import { useNow } from "../clock";
import { useInbox } from "../context";
import { useOpen } from "./open";

/** Who writes now, said to readers as well. */
export function TypingLine() {
  const { t, store } = useInbox();
  const { typing } = useOpen();
  useNow("second");
  const who = typingNow(typing.who.value, Date.now());
  const said = who.map((id) =>
    id === "visitor"
      ? t("thread.typingVisitor")
      : t("thread.typingAgent", { name: store.nameOf(id) ?? t("folders.agent") }),
  );
  return (
    <p class="typing" role="status">
      {said.join(" ")}
    </p>
  );
}
