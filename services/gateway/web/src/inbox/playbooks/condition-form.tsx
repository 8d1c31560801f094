import { useState } from "preact/hooks";
import {
  type Condition,
  fieldsOf,
  freshCondition,
  isComplete,
  localesTyped,
  OFS,
  type Of,
} from "../../models/playbook-conditions";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { conditions } from "./condition-words";
import { useDesk } from "./open";
import { texts } from "./texts";
import { useWords } from "./words";

interface ConditionFormProps {
  condition: Condition;
  change: (condition: Condition) => void;
  remove?: () => void;
  /** What it may be about; everything, where nothing is said. */
  ofs?: readonly Of[];
}

const COMPARES = {
  captured: ["known", "is", "contains", "at_least", "at_most"],
  page: ["is", "contains", "starts_with"],
  utm: ["known", "is", "contains"],
} as const;
const PARAMETERS = ["source", "medium", "campaign", "term", "content"] as const;

/** One condition. What is not complete stays in its field, says so, and changes nothing until it is. */
export function ConditionForm({ condition, change, remove, ofs = OFS }: ConditionFormProps) {
  const say = useWords(conditions);
  const of = condition.of ?? "page";
  return (
    <div class="pb-condition">
      <Pick
        label={say("of")}
        value={of}
        options={ofs.map((one) => [one, say(`of.${one}`)])}
        onPick={(picked) => change(freshCondition(picked))}
      />
      {"compare" in condition && <Compared condition={condition} change={change} />}
      {condition.of === "locale" && <Locales condition={condition} change={change} />}
      {(of === "hours" || of === "online" || of === "returning") && (
        <YesNo of={of} condition={condition} change={change} />
      )}
      {remove !== undefined && (
        <Button kind="quiet" onClick={remove}>
          {say("remove")}
        </Button>
      )}
    </div>
  );
}

interface PickProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onPick: (value: T) => void;
}

function Pick<T extends string>({ label, value, options, onPick }: PickProps<T>) {
  return (
    <Field label={label}>
      {(wiring) => (
        <select
          {...wiring}
          value={value}
          onChange={({ currentTarget: select }) => {
            const picked = options.find(([one]) => one === select.value)?.[0];
            if (picked !== undefined) onPick(picked);
          }}
        >
          {options.map(([one, name]) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

type ComparedOne = Extract<Condition, { compare: string }>;

function Compared({ condition, change }: { condition: ComparedOne; change: (to: Condition) => void }) {
  const say = useWords(conditions);
  const [typed, setTyped] = useState<ComparedOne>(condition);
  const write = (now: ComparedOne) => {
    setTyped(now);
    if (isComplete(now)) change(now);
  };
  const ways: readonly string[] = COMPARES[typed.of ?? "page"];
  const amount = typed.compare === "at_least" || typed.compare === "at_most";
  const wrong = isComplete(typed) ? null : say(amount && typed.value?.trim() ? "amountWrong" : "valueWrong");
  return (
    <>
      {typed.of === "captured" && <Captured typed={typed} write={write} />}
      {typed.of === "utm" && (
        <Pick
          label={say("parameter")}
          value={typed.parameter}
          options={PARAMETERS.map((one) => [one, `utm_${one}`])}
          onPick={(parameter) => write({ ...typed, parameter })}
        />
      )}
      <Pick
        label={say("compare")}
        value={typed.compare}
        options={ways.map((one) => [one as ComparedOne["compare"], say(`compare.${one as "is"}`)])}
        onPick={(compare) => {
          const value = compare === "known" ? "" : (typed.value ?? "");
          write({ ...typed, compare, value } as ComparedOne);
        }}
      />
      {typed.compare !== "known" && (
        <Field label={say("value")} error={wrong}>
          {(wiring) => (
            <input
              {...wiring}
              type="text"
              dir="auto"
              autocomplete="off"
              maxLength={200}
              value={typed.value ?? ""}
              onInput={(input) => write({ ...typed, value: input.currentTarget.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}

type CapturedOne = Extract<Condition, { field: string }>;

function Captured({ typed, write }: { typed: CapturedOne; write: (to: CapturedOne) => void }) {
  const say = useWords(conditions);
  const words = useWords(texts);
  const { editing } = useDesk();
  const fields = fieldsOf(editing.flow.value).map(
    ({ key, label }) => [key, label ?? words(`form.field.${key as "name"}`)] as const,
  );
  // A field that no card asks for any more stays to be seen; the check tells that it is not there.
  const known = fields.some(([key]) => key === typed.field);
  const options = known ? fields : [...fields, [typed.field, typed.field] as const];
  return (
    <Pick
      label={say("field")}
      value={typed.field}
      options={options}
      onPick={(field) => write({ ...typed, field })}
    />
  );
}

type LocaleOne = Extract<Condition, { locales: string[] }>;

function Locales({ condition, change }: { condition: LocaleOne; change: (to: Condition) => void }) {
  const say = useWords(conditions);
  const [text, setText] = useState(condition.locales.join(", "));
  const wrong = localesTyped(text) === null ? say("localesWrong") : null;
  return (
    <Field label={say("locales")} hint={say("localesHint")} error={wrong}>
      {(wiring) => (
        <input
          {...wiring}
          type="text"
          dir="ltr"
          autocomplete="off"
          value={text}
          onInput={(input) => {
            const typed = input.currentTarget.value;
            setText(typed);
            const locales = localesTyped(typed);
            if (locales !== null) change({ ...condition, locales });
          }}
        />
      )}
    </Field>
  );
}

interface YesNoProps {
  of: "hours" | "online" | "returning";
  condition: Condition;
  change: (to: Condition) => void;
}

function YesNo({ of, condition, change }: YesNoProps) {
  const say = useWords(conditions);
  const name = of === "hours" ? "open" : of;
  const holds = (condition as Readonly<Record<string, unknown>>)[name] ?? true;
  return (
    <Pick
      label={say("yes")}
      value={holds === true ? "yes" : "no"}
      options={[
        ["yes", say(`${of}.yes`)],
        ["no", say(`${of}.no`)],
      ]}
      onPick={(picked) => change({ of, [name]: picked === "yes" } as unknown as Condition)}
    />
  );
}
