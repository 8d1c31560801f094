import type { Problem } from "../../wire/problem";
import { useSpeech } from "../context";
import { problemText } from "../problem-text";

/** Why something was refused, where it was asked for. */
export function Refusal({ problem }: { problem: Problem | null }) {
  const { t, format } = useSpeech();
  if (problem === null) return null;
  return (
    <div class="field-error" role="alert">
      <p>{problemText(problem, t, format)}</p>
      {problem.correlationId !== null && problem.status >= 500 && (
        <small class="mono">{t("problem.report", { id: problem.correlationId })}</small>
      )}
    </div>
  );
}
