import { useState } from "preact/hooks";
import { bodyOf, typedText } from "../../models/playbook-formatted";
import type { Playbook } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { behaviourWords } from "./behaviour-words";
import { Check } from "./check";
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
        <PrivacyFields privacy={now.privacy ?? null} change={(privacy) => change({ privacy })} />
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

type Privacy = NonNullable<Behaviour["privacy"]>;

/** What was typed as the text that it comes to, and that typed again; null where it is none. */
function privacyOf(typed: string, asks: boolean): { privacy: Privacy; told: string } | null {
  if (typed.trim() === "") return null;
  const privacy = { text: typed.trim(), body: bodyOf(typed), asks };
  return { privacy, told: typedText(privacy) };
}

interface PrivacyProps {
  privacy: Privacy | null;
  change: (privacy: Privacy | null) => void;
}

function PrivacyFields({ privacy, change }: PrivacyProps) {
  const say = useWords(behaviourWords);
  const told = privacy === null ? "" : typedText(privacy);
  const [typed, setTyped] = useState(told);
  // What one types stays as it is typed; what was saved, or somebody else wrote, stands here as well.
  const text = told === (privacyOf(typed, false)?.told ?? "") ? typed : told;
  return (
    <>
      <Field label={say("privacy")} hint={say("privacyHint")}>
        {(wiring) => (
          <textarea
            {...wiring}
            rows={4}
            maxLength={2000}
            dir="auto"
            value={text}
            onInput={({ currentTarget: { value } }) => {
              setTyped(value);
              change(privacyOf(value, privacy?.asks ?? false)?.privacy ?? null);
            }}
          />
        )}
      </Field>
      <Check
        label={say("asks")}
        hint={say(privacy === null ? "asksNothing" : "asksHint")}
        checked={privacy?.asks ?? false}
        onCheck={(asks) => privacy !== null && change({ ...privacy, asks })}
      />
    </>
  );
}
