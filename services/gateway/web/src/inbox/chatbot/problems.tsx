import { isRecord, type Problem } from "../../wire/problem";

/** What keeps a draft from being published, each with its card, in the words of the service. */
export function Problems({ problem }: { problem: Problem | null }) {
  const errors = problem?.code === "flow_not_walkable" ? problem.facts.errors : null;
  if (!Array.isArray(errors)) return null;
  return (
    <ul class="field-error">
      {errors.filter(isRecord).map((error) => (
        <li key={`${error.card_id}/${error.code}`}>
          <code>{String(error.card_id)}</code>: {String(error.detail)}
        </li>
      ))}
    </ul>
  );
}
