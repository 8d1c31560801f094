import { useEffect, useState } from "preact/hooks";
import type {
  DryRunChange,
  DryRunOutcome,
  DryRunStuck,
  DryRunTotals,
  DryRun as Told,
} from "../../wire/types";
import { useInbox, useSpeech } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { Empty } from "../ui/states";
import { useDesk } from "./open";
import { type Key, texts } from "./texts";
import { titleOf } from "./title";
import { useWords } from "./words";

const SIZES = [100, 1_000, 5_000] as const;
const TOTALS: readonly (keyof DryRunTotals)[] = [
  "end_card",
  "taken_over",
  "conversation_closed",
  "left",
  "stuck",
  "asked_for_person",
  "qualified",
  "disqualified",
  "leads",
  "deals",
  "activities",
];

/** Walks the playbook's last visits through the draft, and tells what would have become of them. */
export function DryRun({ onClose }: { onClose: () => void }) {
  const say = useWords(texts);
  const { api, t } = useInbox();
  const { editing } = useDesk();
  const { busy, problem, send } = useSending();
  const [visits, setVisits] = useState<number>(1_000);
  const [told, setTold] = useState<Told | null>(null);
  const [unsaved, setUnsaved] = useState(false);
  const run = () =>
    void send(async () => {
      setTold(null);
      const saved = await editing.flush();
      setUnsaved(!saved);
      if (!saved) return;
      const path = `playbook/playbooks/${editing.playbook.value.playbook_id}/dry-runs`;
      setTold(await api.post<Told>(path, { visits }));
    });
  useEffect(run, []);
  const isTaken = problem?.code === "dry_run_runs";
  return (
    <Dialog title={say("dry.title")} onClose={onClose} wide>
      <p>{say("dry.text")}</p>
      <form
        class="pb-dry-ask"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          run();
        }}
      >
        <Field label={say("dry.visits")}>
          {(wiring) => (
            <select {...wiring} value={visits} onChange={(one) => setVisits(Number(one.currentTarget.value))}>
              {SIZES.map((count) => (
                <option key={count} value={count}>
                  {say("dry.last", { count })}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Button type="submit" busy={busy}>
          {say("dry.again")}
        </Button>
      </form>
      <p role="status">
        {busy && say("dry.running")}
        {told !== null && say("dry.done", { count: told.visits })}
      </p>
      {isTaken ? (
        <p class="field-error" role="alert">
          {say("dry.runs")}
        </p>
      ) : (
        <Refusal problem={problem} />
      )}
      {unsaved && (
        <p class="field-error" role="alert">
          {say("dry.unsaved")}
        </p>
      )}
      {told?.visits === 0 && <Empty title={say("dry.none")} text={say("dry.noneText")} />}
      {told !== null && told.visits > 0 && <Result told={told} onGo={onClose} />}
      <div class="dialog-buttons">
        <Button onClick={onClose}>{t("pages.done")}</Button>
      </div>
    </Dialog>
  );
}

function Result({ told, onGo }: { told: Told; onGo: () => void }) {
  const say = useWords(texts);
  return (
    <>
      {told.same === told.visits && <p>{say("dry.same")}</p>}
      {!told.complete && <p class="note">{say("dry.partly")}</p>}
      {told.passed_over > 0 && <p class="note">{say("dry.tooLong", { count: told.passed_over })}</p>}
      <Totals then={told.before} now={told.after} />
      {told.stuck.length > 0 && <Stuck at={told.stuck} onGo={onGo} />}
      {told.changes.length > 0 && <Changes changes={told.changes} more={told.more_changes} />}
    </>
  );
}

function Totals({ then, now }: { then: DryRunTotals; now: DryRunTotals }) {
  const say = useWords(texts);
  const told = TOTALS.filter((what) => (then[what] ?? 0) + (now[what] ?? 0) > 0);
  return (
    <table class="pb-dry-totals">
      <caption>{say("dry.totals")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("dry.what")}</th>
          <th scope="col">{say("dry.then")}</th>
          <th scope="col">{say("dry.now")}</th>
        </tr>
      </thead>
      <tbody>
        {told.map((what) => (
          <tr key={what} class={then[what] === now[what] ? undefined : "differs"}>
            <th scope="row">{say(`dry.${what}` as Key)}</th>
            <td>{then[what] ?? 0}</td>
            <td>{now[what] ?? 0}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Each card at which visits get stuck, with the way to it. */
function Stuck({ at, onGo }: { at: readonly DryRunStuck[]; onGo: () => void }) {
  const say = useWords(texts);
  const { language } = useSpeech();
  const desk = useDesk();
  return (
    <section aria-labelledby="dry-stuck">
      <h3 id="dry-stuck">{say("dry.stuckAt")}</h3>
      <ul class="pb-problem-items">
        {at.map(({ card_id: id, reason, visits }) => (
          <li key={`${id}/${reason}`}>
            <button
              type="button"
              class="pb-link"
              onClick={() => {
                onGo();
                desk.goTo(id);
              }}
            >
              {titleOf(desk.editing.flow.value, id, language)}
            </button>
            <span>
              {say(`dry.reason.${reason}`)} · {say("dry.count", { count: visits })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Changes({ changes, more }: { changes: readonly DryRunChange[]; more: number }) {
  const say = useWords(texts);
  const words = useOutcomeWords();
  return (
    <section aria-labelledby="dry-changes">
      <h3 id="dry-changes">{say("dry.changes")}</h3>
      <ul class="pb-problem-items">
        {changes.map(({ before, after, visits, examples }) => (
          <li key={examples[0]}>
            <strong>{say("dry.count", { count: visits })}</strong>
            <span>
              {words(before)} → {words(after)}
            </span>
            <details>
              <summary>{say("dry.examples")}</summary>
              <ul class="mono">
                {examples.map((id) => (
                  <li key={id}>{id}</li>
                ))}
              </ul>
            </details>
          </li>
        ))}
      </ul>
      {more > 0 && <p>{say("dry.more", { count: more })}</p>}
    </section>
  );
}

/** What became of a visit, in a few words. */
function useOutcomeWords(): (outcome: DryRunOutcome) => string {
  const say = useWords(texts);
  const { language } = useSpeech();
  const { editing } = useDesk();
  return ({ ended, card_id: id, asked_at: asked, offline, qualified, follow_ups: made }) => {
    const told = [say(`dry.ends.${ended}`, { card: titleOf(editing.flow.value, id ?? "", language) })];
    if (asked !== null) told.push(say("dry.asked"));
    if (offline !== null) told.push(say(`dry.offline.${offline}`));
    if (qualified !== null) told.push(say(qualified ? "dry.is.qualified" : "dry.is.disqualified"));
    for (const [kind, count] of Object.entries(made)) told.push(say(`dry.made.${kind}` as Key, { count }));
    return told.join(" · ");
  };
}
