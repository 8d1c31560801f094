import { askUntil } from "../../models/asking";
import { Problem } from "../../wire/problem";
import type { Snippet as Told } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Copy } from "../ui/copy";
import { Dialog } from "../ui/dialog";
import { useLoaded } from "../ui/loaded";
import { Failure, Skeleton } from "../ui/states";

const isNotYet = (failure: unknown) => failure instanceof Problem && failure.status === 404;

/** What a site puts into its pages. */
export function Snippet({ playbookId }: { playbookId: string }) {
  const { t, api } = useInbox();
  const path = `playbook/playbooks/${playbookId}/snippet`;
  const loaded = useLoaded(path, () =>
    askUntil(
      () => api.get<Told>(path),
      () => true,
      isNotYet,
    ),
  );
  if (loaded.problem !== null)
    return <Failure problem={loaded.problem} onRetry={() => void loaded.again()} />;
  if (loaded.value === null) return <Skeleton lines={2} />;
  return <Copy label={t("chatbot.snippet")} text={loaded.value.snippet} hint={t("chatbot.snippetHint")} />;
}

export function SnippetDialog({ playbookId, onClose }: { playbookId: string; onClose: () => void }) {
  const { t } = useInbox();
  return (
    <Dialog title={t("chatbot.install")} onClose={onClose} wide>
      <Snippet playbookId={playbookId} />
      <div class="dialog-buttons">
        <Button kind="primary" onClick={onClose}>
          {t("pages.done")}
        </Button>
      </div>
    </Dialog>
  );
}
