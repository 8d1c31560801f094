import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { freshRule, moved, PAGE_RULES_MAX, type PageRule } from "../../models/page-rules";
import type { ListedPlaybook, Playbook } from "../../wire/types";
import { useInbox } from "../context";
import { everyPage } from "../pages";
import { Button } from "../ui/button";
import { useLoaded } from "../ui/loaded";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { Failure, Skeleton } from "../ui/states";
import { useDesk } from "./open";
import { RuleForm } from "./rule-form";
import { ruleWords } from "./rule-words";
import { TryAddress } from "./try-address";
import { useWords } from "./words";

/** A rule while it is changed; it keeps its key wherever it is moved. */
interface Row {
  readonly key: number;
  readonly rule: PageRule;
}

/** What is changed and not yet saved, and the rules of which that was begun. */
interface Typed {
  readonly was: readonly PageRule[];
  readonly rows: readonly Row[];
}

const rulesOf = ({ rules = [] }: Playbook): readonly PageRule[] => rules;
const rowsOf = (rules: readonly PageRule[]): Row[] => rules.map((rule, key) => ({ key, rule }));

/** Which playbook the visits of the snippet get, by the page; and what an address would get. */
export function PageRules() {
  const say = useWords(ruleWords);
  const { api } = useInbox();
  const all = useLoaded("playbooks/all", () => everyPage<ListedPlaybook>(api, "playbook/playbooks"));
  return (
    <section class="panel" aria-labelledby="install-rules">
      <h2 id="install-rules">{say("title")}</h2>
      <p class="page-lead">{say("hint")}</p>
      {all.problem !== null && <Failure problem={all.problem} onRetry={() => void all.again()} />}
      {all.value === null && all.problem === null && <Skeleton lines={2} />}
      {all.value !== null && <Rules all={all.value} />}
    </section>
  );
}

function Rules({ all }: { all: readonly ListedPlaybook[] }) {
  const say = useWords(ruleWords);
  const { editing } = useDesk();
  const saved = rulesOf(editing.playbook.value);
  const id = editing.playbook.value.playbook_id;
  const [typed, setTyped] = useState<Typed | null>(null);
  const [told, setTold] = useState("");
  const next = useRef(PAGE_RULES_MAX);
  const rows = typed?.rows ?? rowsOf(saved);
  const write = (now: readonly Row[]) => setTyped({ was: typed?.was ?? saved, rows: now });
  const others = all.filter((one) => one.playbook_id !== id);
  const [first] = others;
  const focus = useFocus();
  const add = () => {
    next.current += 1;
    if (first !== undefined) write([...rows, { key: next.current, rule: freshRule(first.playbook_id) }]);
    focus(`rule-${next.current}`, "select");
  };
  const full = rows.length >= PAGE_RULES_MAX ? say("full") : null;
  return (
    <>
      {rows.length > 0 && (
        <ol class="pb-rules" aria-label={say("rules")}>
          {rows.map(({ key, rule }, at) => (
            <li key={key} id={`rule-${key}`}>
              <RuleForm
                rule={rule}
                at={at}
                of={rows.length}
                others={others}
                change={(now) => write(rows.map((one) => (one.key === key ? { key, rule: now } : one)))}
                move={(by) => {
                  write(moved(rows, at, at + by));
                  setTold(say("moved", { number: at + by + 1 }));
                  focus(`rule-${key}`, by < 0 ? ".up" : ".down");
                }}
                remove={() => {
                  write(rows.filter((one) => one.key !== key));
                  setTold(say("deleted", { number: at + 1 }));
                  focus("install-rules-add", "");
                }}
              />
            </li>
          ))}
        </ol>
      )}
      <p class="unseen" role="status">
        {told}
      </p>
      <Button id="install-rules-add" reason={first === undefined ? say("noOther") : full} onClick={add}>
        {say("add")}
      </Button>
      <Save typed={typed} done={() => setTyped(null)} />
      <TryAddress rules={rows.map(({ rule }) => rule)} all={all} />
    </>
  );
}

/** Gives the focus to a part of what is drawn next: what was moved keeps it. */
function useFocus(): (id: string, within: string) => void {
  const [wanted, setWanted] = useState<{ id: string; within: string } | null>(null);
  useLayoutEffect(() => {
    const found = wanted && document.getElementById(wanted.id);
    if (!found) return;
    (wanted.within === "" ? found : found.querySelector<HTMLElement>(wanted.within))?.focus();
  }, [wanted]);
  return (id, within) => setWanted({ id, within });
}

function Save({ typed, done }: { typed: Typed | null; done: () => void }) {
  const say = useWords(ruleWords);
  const { toast } = useInbox();
  const { editing } = useDesk();
  const { busy, problem, send } = useSending();
  const save = async () => {
    if (typed === null) return;
    const rules = typed.rows.map(({ rule }) => rule);
    const sent = await send(() => editing.settle("page-rules", { rules }, rulesOf, typed.was));
    if (!sent) return;
    done();
    toast(say("saved"));
  };
  const stale = typed !== null && problem?.code === "playbook_changed";
  return (
    <>
      {stale ? (
        <div class="field-error" role="alert">
          <p>{say("changed")}</p>
          <Button onClick={done}>{say("theirs")}</Button>
        </div>
      ) : (
        <Refusal problem={problem?.code === "playbook_changed" ? null : problem} />
      )}
      <Button
        kind="primary"
        busy={busy}
        reason={typed === null ? say("unchanged") : null}
        onClick={() => void save()}
      >
        {say("save")}
      </Button>
    </>
  );
}
