import { useEffect } from "preact/hooks";
import { useSpeech } from "../context";
import { useDesk } from "./open";
import { texts } from "./texts";
import { titleOf } from "./title";
import { useWords } from "./words";

/** Who else has this playbook open, and the way to the card at which they are. */
export function BesideView() {
  const say = useWords(texts);
  const { language } = useSpeech();
  const desk = useDesk();
  const selected = desk.selected.value;
  useEffect(() => desk.beside.at(selected), [desk, selected]);
  const others = desk.beside.others.value;
  const flow = desk.editing.flow.value;
  const names = others.map((one) => one.name).join(", ");
  return (
    <>
      {/* Who comes and goes is read out; where they are, is not. */}
      <p class="unseen" role="status">
        {others.length > 0 && say("beside.who", { count: others.length, names })}
      </p>
      {others.length > 0 && (
        <ul class="pb-beside" aria-label={say("beside.label")}>
          {others.map(({ id, name, cardId }) => (
            <li key={id}>
              {say("beside.one", { name })}
              {cardId !== null && flow.cards[cardId] !== undefined && (
                <>
                  {" "}
                  <button type="button" class="pb-link" dir="auto" onClick={() => desk.goTo(cardId)}>
                    {titleOf(flow, cardId, language)}
                  </button>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
