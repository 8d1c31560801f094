import { useInbox } from "../context";
import { Confirm } from "../ui/confirm";
import { texts } from "./texts";
import { useWords } from "./words";

interface SwitchOffProps {
  name: string;
  run: () => Promise<void>;
  onClose: () => void;
}

/** Asks before sites show nothing any more. */
export function SwitchOff({ name, run, onClose }: SwitchOffProps) {
  const say = useWords(texts);
  const { t } = useInbox();
  return (
    <Confirm
      title={say("off.title", { name })}
      action={t("chatbot.deactivate")}
      danger
      run={run}
      onClose={onClose}
    >
      <p>{say("off.text")}</p>
    </Confirm>
  );
}
