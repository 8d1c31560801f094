import { useEffect, useRef, useState } from "preact/hooks";
import { isFull, UNWRITTEN } from "../../models/playbook-edit";
import { cardAt, hung, newId, withCard } from "../../models/playbook-flow";
import { orderOf, treeOf } from "../../models/playbook-tree";
import { useSpeech } from "../context";
import { Button } from "../ui/button";
import { useDesk } from "./open";
import { texts } from "./texts";
import { titleOf } from "./title";
import { useWords } from "./words";

const NEW_END = "\n";

interface LeadsToProps {
  id: string;
  way: string;
  label: string;
}

/** Where a way out of a card leads; any card can be picked, or a new end. Another path goes there as well then. */
export function LeadsTo({ id, way, label }: LeadsToProps) {
  const say = useWords(texts);
  const { language } = useSpeech();
  const desk = useDesk();
  const flow = desk.editing.flow.value;
  const [choosing, setChoosing] = useState(false);
  const place = { from: id, key: way };
  const to = cardAt(flow, place);
  const select = useRef<HTMLSelectElement>(null);
  useEffect(() => {
    if (choosing) select.current?.focus();
  }, [choosing]);
  const pick = (picked: string) => {
    if (picked !== NEW_END) desk.editing.change(hung(flow, place, picked));
    else {
      const end = newId(flow, "end");
      desk.editing.change(hung(withCard(flow, end, { kind: "end", text: UNWRITTEN }), place, end));
    }
    setChoosing(false);
  };
  return (
    <div class="pb-leads">
      {choosing ? (
        <label>
          <span>{label}</span>
          <select
            ref={select}
            value={to}
            onChange={(changed) => pick(changed.currentTarget.value)}
            onBlur={() => setChoosing(false)}
            onKeyDown={(press) => {
              if (press.key === "Escape") setChoosing(false);
            }}
          >
            {orderOf(treeOf(flow)).map((one) => (
              <option key={one} value={one}>
                {titleOf(flow, one, language)}
              </option>
            ))}
            {!isFull(flow) && <option value={NEW_END}>{say("form.newEnd")}</option>}
          </select>
        </label>
      ) : (
        <>
          <span>{label}</span>
          <button type="button" class="pb-link" onClick={() => desk.goTo(to)}>
            {titleOf(flow, to, language)}
          </button>
          <Button
            kind="quiet"
            aria-label={say("form.leadElsewhere", { label })}
            onClick={() => setChoosing(true)}
          >
            {say("form.change")}
          </Button>
        </>
      )}
    </div>
  );
}
