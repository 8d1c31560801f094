import type { ComponentChildren } from "preact";
import { Button } from "../ui/button";
import { useDesk } from "./open";
import { useWho } from "./people";
import { texts } from "./texts";
import { useWords } from "./words";

interface MeanwhileProps {
  onTheirs: () => void;
  onMine: () => void;
  /** What they made of it. */
  children: ComponentChildren;
}

/** Somebody else changed the same: what they made of it, and whose it is to be. */
export function Meanwhile({ onTheirs, onMine, children }: MeanwhileProps) {
  const say = useWords(texts);
  const { editing } = useDesk();
  const name = useWho(editing.playbook.value.changed_by);
  return (
    <div class="note pb-meanwhile" role="alert">
      <p>
        <strong>{say("meanwhile.title", { name })}</strong>
      </p>
      {children}
      <div class="row">
        <Button onClick={onTheirs}>{say("conflict.theirs")}</Button>
        <Button onClick={onMine}>{say("conflict.mine")}</Button>
      </div>
    </div>
  );
}
