import { useState } from "preact/hooks";
import type { Flow } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { useLoaded } from "../ui/loaded";
import { Failure, Skeleton } from "../ui/states";
import { Changes } from "./changes";
import { useDesk } from "./open";
import { texts } from "./texts";
import { useWords } from "./words";

/** 0 is nothing at all; a version by its number. */
const DRAFT = -1;
/** So many of the newest can be picked; whatever is compared already can be as well. */
const PICKED_MAX = 100;

interface CompareProps {
  before: number;
  after?: number;
  onClose: () => void;
}

/** Two versions side by side, or one beside the draft: what of the cards differs. */
export function Compare({ before, after = DRAFT, onClose }: CompareProps) {
  const say = useWords(texts);
  const { t } = useInbox();
  const [from, setFrom] = useState(before);
  const [to, setTo] = useState(after);
  return (
    <Dialog title={say("compare.title")} onClose={onClose} wide>
      <div class="form-row">
        <Side label={say("compare.from")} value={from} first={before} onValue={setFrom} />
        <Side label={say("compare.to")} value={to} first={after} onValue={setTo} />
      </div>
      <Differences from={from} to={to} />
      <div class="dialog-buttons">
        <Button kind="primary" onClick={onClose}>
          {t("pages.done")}
        </Button>
      </div>
    </Dialog>
  );
}

interface SideProps {
  label: string;
  value: number;
  first: number;
  onValue: (value: number) => void;
}

function Side({ label, value, first, onValue }: SideProps) {
  const say = useWords(texts);
  const { editing } = useDesk();
  const { versions = 0 } = editing.playbook.value;
  const newest = Array.from({ length: Math.min(versions, PICKED_MAX) }, (_, at) => versions - at);
  const picked = [...new Set([DRAFT, ...newest, first, value])].sort((one, other) =>
    one === DRAFT || other === DRAFT ? one - other : other - one,
  );
  return (
    <Field label={label}>
      {(wiring) => (
        <select
          {...wiring}
          value={value}
          onChange={(changed) => onValue(Number(changed.currentTarget.value))}
        >
          {picked.map((one) => (
            <option key={one} value={one}>
              {one === DRAFT
                ? say("compare.draft")
                : one === 0
                  ? say("compare.nothing")
                  : say("versions.number", { number: one })}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** What of the cards differs between two published versions, or from one to the draft as it stands here. */
export function Differences({ from, to = DRAFT }: { from: number; to?: number }) {
  const { editing } = useDesk();
  const was = useFlow(from);
  const now = useFlow(to);
  const draft = editing.flow.value;
  for (const one of [was, now])
    if (one.problem !== null) return <Failure problem={one.problem} onRetry={() => void one.again()} />;
  const before = from === DRAFT ? draft : (was.value?.flow ?? null);
  const after = to === DRAFT ? draft : (now.value?.flow ?? null);
  if (was.value === null || now.value === null) return <Skeleton lines={3} />;
  return <Changes before={before} after={after ?? EMPTY} />;
}

const EMPTY: Flow = { start: "", cards: {} };

/** The flow of a published version, wrapped: nothing at all is there as well. */
function useFlow(version: number) {
  const { api } = useInbox();
  const { editing } = useDesk();
  const path = `playbook/playbooks/${editing.playbook.value.playbook_id}/flow?published=${version}`;
  return useLoaded<{ flow: Flow | null }>(path, async () => ({
    flow: version > 0 ? await api.get<Flow>(path) : null,
  }));
}
