import { useInbox } from "../context";
import { problemText } from "../problem-text";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import type { Attaching } from "./attaching";

interface AttachedProps {
  attaching: Attaching;
  onDrop: () => void;
  onRetry: () => void;
}

/** The file that goes with the next message: how far it is, or why it does not go. */
export function Attached({ attaching, onDrop, onRetry }: AttachedProps) {
  const { t, format } = useInbox();
  const { name, size, part, token, problem } = attaching;
  return (
    <div class="attached">
      <span class="clip">{t("file.of", { name, size: format.bytes(size) })}</span>
      {token === null && problem === null && (
        <progress max={1} value={part} aria-label={t("file.uploading", { name })} />
      )}
      {problem !== null && (
        <>
          <span class="field-error" role="alert">
            {problemText(problem, t, format)}
          </span>
          {problem.passes && (
            <Button kind="quiet" onClick={onRetry}>
              {t("shell.retry")}
            </Button>
          )}
        </>
      )}
      <Button kind="quiet" aria-label={t("file.remove", { name })} onClick={onDrop}>
        <Icon name="cross" />
      </Button>
    </div>
  );
}
