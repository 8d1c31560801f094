import type { Asking } from "../models/visitor";
import type { Panel } from "./panel";

/** The choices of a question, or of a detail that has some. */
export function Asked({ asking, panel }: { asking: Asking; panel: Panel }) {
  const question = asking.kind === "question";
  if (asking.options.length === 0) return null;
  return (
    <div class="choices">
      {asking.options.map(({ choice_id, label }) => (
        <button
          key={choice_id}
          type="button"
          onClick={() => void panel.answer(asking, label, question ? choice_id : null)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
