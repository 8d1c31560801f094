import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Facts } from "../../../models/playbook-conditions";
import { same } from "../../../models/playbook-merge";
import type { Flow, Look } from "../../../wire/types";
import { useInbox } from "../../context";
import { Button } from "../../ui/button";
import { useDesk } from "../open";
import { texts } from "../texts";
import { titleOf } from "../title";
import { useWords } from "../words";
import { FactFields } from "./facts";
import { Rehearsal, USUAL } from "./rehearsal";

const QUIET_MS = 900;

/**
 * The real panel, walking the draft in this page alone: nothing of it is sent or kept. After a change of the draft it
 * takes the same steps again as far as they are still there.
 */
export function Preview({ look }: { look: Look }) {
  const say = useWords(texts);
  const { t, me, language } = useInbox();
  const { editing } = useDesk();
  const flow = useQuiet(editing.flow.value, QUIET_MS);
  const shown = useQuiet(look, QUIET_MS);
  const [facts, setFacts] = useState<Facts>(USUAL);
  const assumed = useQuiet(facts, 150);
  const frame = useRef<HTMLIFrameElement>(null);
  const [waits, setWaits] = useState(false);
  const [stuck, setStuck] = useState<string | null>(null);
  const rehearsal = useMemo(() => new Rehearsal(), []);
  const { playbook_id: id, behaviour } = editing.playbook.value;
  const told = behaviour?.privacy ?? null;
  // Each read of the playbook brings another one that says the same.
  const [privacy, setPrivacy] = useState(told);
  if (!same(privacy, told)) setPrivacy(told);
  useEffect(() => {
    rehearsal.onChange = (walk) => {
      setWaits(walk.isWaiting);
      setStuck(walk.stuck);
    };
    return () => {
      rehearsal.onChange = () => {};
    };
  }, [rehearsal]);
  useEffect(() => {
    rehearsal.set(id, flow, assumed, shown, privacy);
    rehearsal.reload(frame.current);
  }, [rehearsal, id, flow, assumed, shown, privacy]);
  return (
    <section class="pb-preview" aria-labelledby="preview-title">
      <h2 id="preview-title">{say("preview.title")}</h2>
      <p class="field-hint">{say("preview.hint")}</p>
      <div class="row">
        <label class="check">
          <input
            type="checkbox"
            checked={!facts.online}
            onChange={(changed) => setFacts({ ...facts, online: !changed.currentTarget.checked })}
          />
          {say("preview.nobody")}
        </label>
        <Button reason={waits ? null : say("preview.notWaiting")} onClick={() => rehearsal.expire()}>
          {say("preview.waitOver")}
        </Button>
        <Button onClick={() => rehearsal.begin(frame.current)}>{say("preview.again")}</Button>
      </div>
      {asksFacts(flow) && <FactFields facts={facts} onFacts={setFacts} />}
      {stuck !== null && (
        <p class="note" role="status">
          {say("preview.stuck", { title: titleOf(flow, stuck, language) })}
        </p>
      )}
      <iframe
        ref={frame}
        class="pb-frame"
        title={say("preview.frame", { name: look.bot_name ?? t("chatbot.bot") })}
        src={`/panel/${me.workspace_id}/${id}`}
        onLoad={(loaded) => rehearsal.meet(loaded.currentTarget)}
      />
    </section>
  );
}

/** Only condition cards, and texts for outside the business hours, ask for more than who is online. */
function asksFacts(flow: Flow): boolean {
  return Object.values(flow.cards).some(
    (card) => card.kind === "condition" || (card.kind === "live_chat" && card.outside_hours != null),
  );
}

/** The value once it has not changed for so long; at first, at once. */
function useQuiet<T>(value: T, ms: number): T {
  const [quiet, setQuiet] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return quiet;
}
