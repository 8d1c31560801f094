import { useId, useState } from "preact/hooks";
import type { Playbook } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { behaviourWords } from "./behaviour-words";
import { useDesk } from "./open";
import { useWords } from "./words";

type Behaviour = NonNullable<Playbook["behaviour"]>;
type Change = (change: Partial<Behaviour>) => void;

const behaviourOf = ({ behaviour = {} }: Playbook): Behaviour => behaviour;

/** How the widget behaves on pages, beside how it looks. */
export function BehaviourForm() {
  const say = useWords(behaviourWords);
  const { toast } = useInbox();
  const { editing } = useDesk();
  const saved = behaviourOf(editing.playbook.value);
  const [typed, setTyped] = useState<{ was: Behaviour; now: Behaviour } | null>(null);
  const { busy, problem, send } = useSending();
  const now = typed?.now ?? saved;
  const change: Change = (more) => setTyped({ was: typed?.was ?? saved, now: { ...now, ...more } });
  const save = async () => {
    if (typed === null) return;
    const sent = await send(() => editing.settle("behaviour", { behaviour: now }, behaviourOf, typed.was));
    if (!sent) return;
    setTyped(null);
    toast(say("saved"));
  };
  const stale = typed !== null && problem?.code === "playbook_changed";
  return (
    <section class="panel" aria-labelledby="install-behaviour">
      <h2 id="install-behaviour">{say("title")}</h2>
      <p class="page-lead">{say("hint")}</p>
      <form
        class="form"
        aria-labelledby="install-behaviour"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void save();
        }}
      >
        <Check
          label={say("hidesOffline")}
          hint={say("hidesOfflineHint")}
          checked={now.hides_offline ?? false}
          onCheck={(hides_offline) => change({ hides_offline })}
        />
        <Field label={say("opensAfter")} hint={say("opensAfterHint")}>
          {(wiring) => (
            <input
              {...wiring}
              type="number"
              required
              min={0}
              max={600}
              step={1}
              value={now.opens_after_s ?? 0}
              onInput={({ currentTarget: input }) => change({ opens_after_s: input.valueAsNumber || 0 })}
            />
          )}
        </Field>
        <Check
          label={say("opensOnPhones")}
          hint={say("opensOnPhonesHint")}
          checked={now.opens_on_phones ?? false}
          onCheck={(opens_on_phones) => change({ opens_on_phones })}
        />
        {stale && (
          <div class="field-error" role="alert">
            <p>{say("changed")}</p>
            <Button onClick={() => setTyped(null)}>{say("theirs")}</Button>
          </div>
        )}
        <Refusal problem={problem?.code === "playbook_changed" ? null : problem} />
        <Button kind="primary" type="submit" busy={busy} reason={typed === null ? say("unchanged") : null}>
          {say("save")}
        </Button>
      </form>
    </section>
  );
}

interface CheckProps {
  label: string;
  hint: string;
  checked: boolean;
  onCheck: (checked: boolean) => void;
}

function Check({ label, hint, checked, onCheck }: CheckProps) {
  const id = useId();
  return (
    <div>
      <label class="check">
        <input
          type="checkbox"
          aria-describedby={id}
          checked={checked}
          onChange={(changed) => onCheck(changed.currentTarget.checked)}
        />
        {label}
      </label>
      <p id={id} class="field-hint">
        {hint}
      </p>
    </div>
  );
}
