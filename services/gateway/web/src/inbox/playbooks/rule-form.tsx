import { PAGE_CONDITIONS_MAX, PAGE_OFS, type PageRule } from "../../models/page-rules";
import { type Condition, freshCondition } from "../../models/playbook-conditions";
import type { ListedPlaybook } from "../../wire/types";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { ConditionForm } from "./condition-form";
import { ruleWords } from "./rule-words";
import { useWords } from "./words";

interface RuleFormProps {
  rule: PageRule;
  /** Its place, and of how many. */
  at: number;
  of: number;
  others: readonly ListedPlaybook[];
  change: (rule: PageRule) => void;
  move: (by: -1 | 1) => void;
  remove: () => void;
}

/** One rule: where it holds, which playbook visits get there, and its place among the others. */
export function RuleForm({ rule, at, of, others, change, move, remove }: RuleFormProps) {
  const say = useWords(ruleWords);
  const number = at + 1;
  const { when } = rule;
  const write = (now: readonly Condition[]) => change({ ...rule, when: [...now] as PageRule["when"] });
  return (
    <fieldset class="pb-case">
      <legend>{say("rule", { number })}</legend>
      {when.map((condition, place) => (
        <ConditionForm
          key={`${place}/${condition.of}`}
          condition={condition}
          ofs={PAGE_OFS}
          change={(now) => write(when.map((one, index) => (index === place ? now : one)))}
          {...(when.length > 1 ? { remove: () => write(when.filter((_, index) => index !== place)) } : {})}
        />
      ))}
      <Button
        kind="quiet"
        reason={when.length >= PAGE_CONDITIONS_MAX ? say("and.full") : null}
        onClick={() => write([...when, freshCondition("page")])}
      >
        {say("and")}
      </Button>
      <Gets rule={rule} others={others} change={change} />
      <div class="row">
        <Button class="up" reason={at === 0 ? say("first") : null} onClick={() => move(-1)}>
          {say("up", { number })}
        </Button>
        <Button class="down" reason={number === of ? say("last") : null} onClick={() => move(1)}>
          {say("down", { number })}
        </Button>
        <Button kind="danger" onClick={remove}>
          {say("delete", { number })}
        </Button>
      </div>
    </fieldset>
  );
}

function Gets({ rule, others, change }: Pick<RuleFormProps, "rule" | "others" | "change">) {
  const say = useWords(ruleWords);
  const known = others.some((one) => one.playbook_id === rule.playbook_id);
  return (
    <Field label={say("gets")}>
      {(wiring) => (
        <select
          {...wiring}
          value={rule.playbook_id}
          onChange={(changed) => change({ ...rule, playbook_id: changed.currentTarget.value })}
        >
          {!known && <option value={rule.playbook_id}>{say("gone")}</option>}
          {others.map(({ playbook_id: id, name, active }) => (
            <option key={id} value={id}>
              {active ? name : say("inactive", { name })}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
