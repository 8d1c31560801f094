import type { ComponentChildren } from "preact";
import type { Setup } from "../../models/setup";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";

export interface StepProps {
  setup: Setup;
  onChange: (setup: Setup) => void;
  onClose?: () => void;
}

interface StepFormProps {
  run: () => Promise<void>;
  action: string;
  onLater?: (() => void) | undefined;
  back?: { label: string; go: () => void };
  children: ComponentChildren;
}

/** One step: it is carried out, or refused where it stands. */
export function StepForm({ run, action, onLater, back, children }: StepFormProps) {
  const { t } = useInbox();
  const { busy, problem, send } = useSending();
  return (
    <form
      class="details-form"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void send(run);
      }}
    >
      {children}
      <Refusal problem={problem} />
      <div class="dialog-buttons">
        {back !== undefined && <Button onClick={back.go}>{back.label}</Button>}
        {onLater !== undefined && <Button onClick={onLater}>{t("chatbot.step.later")}</Button>}
        <Button kind="primary" type="submit" busy={busy}>
          {action}
        </Button>
      </div>
    </form>
  );
}
