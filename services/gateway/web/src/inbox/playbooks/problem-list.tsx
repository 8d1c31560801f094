import { useSpeech } from "../context";
import { useDesk } from "./open";
import { problemWords } from "./problem-words";
import { texts } from "./texts";
import { titleOf } from "./title";
import { useWords } from "./words";

/** All that keeps the draft from being published. */
export function ProblemList() {
  const say = useWords(texts);
  const { editing } = useDesk();
  const count = editing.problems.value.length;
  if (count === 0) return null;
  return (
    <details class="pb-problems">
      <summary>{say("problems.count", { count })}</summary>
      <ProblemItems />
    </details>
  );
}

export function ProblemItems({ onGo }: { onGo?: () => void }) {
  const say = useWords(texts);
  const { language } = useSpeech();
  const desk = useDesk();
  const flow = desk.editing.flow.value;
  return (
    <ul class="pb-problem-items" aria-label={say("problems.title")}>
      {desk.editing.problems.value.map((one) => (
        <li key={`${one.card_id}/${one.code}`}>
          <button
            type="button"
            class="pb-link"
            onClick={() => {
              onGo?.();
              desk.goTo(one.card_id);
            }}
          >
            {titleOf(flow, one.card_id, language)}
          </button>
          <span>{problemWords(one, say)}</span>
        </li>
      ))}
    </ul>
  );
}
