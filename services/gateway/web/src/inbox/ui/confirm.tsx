import type { ComponentChildren } from "preact";
import { useSpeech } from "../context";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Refusal } from "./refusal";
import { useSending } from "./sending";

interface ConfirmProps {
  title: string;
  /** What the button says: what is done, never “OK”. */
  action: string;
  danger?: boolean;
  /** What the other button says, where “Cancel” could mean either. */
  stay?: string;
  run: () => Promise<void>;
  onClose: () => void;
  /** What comes in place of the dialog once it is done; left out, it closes. */
  onDone?: () => void;
  /** What happens then. */
  children: ComponentChildren;
}

/** Asks before something is done; a refusal stands in the dialog. */
export function Confirm({
  title,
  action,
  danger = false,
  stay,
  run,
  onClose,
  onDone = onClose,
  children,
}: ConfirmProps) {
  const { t } = useSpeech();
  const { busy, problem, send } = useSending();
  const go = async () => {
    if (await send(run)) onDone();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <Refusal problem={problem} />
      <div class="dialog-buttons">
        <Button onClick={onClose}>{stay ?? t("shell.cancel")}</Button>
        <Button kind={danger ? "danger" : "primary"} busy={busy} onClick={() => void go()}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
