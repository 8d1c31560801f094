import { useRef, useState } from "preact/hooks";
import {
  DAYS,
  type Day,
  type Draft,
  dayName,
  draftOf,
  hoursOf,
  isRight,
  type Typed,
  usualHours,
  zonesWith,
} from "../../models/hours";
import type { Hours } from "../../wire/types";
import { useInbox } from "../context";
import { useWords } from "../playbooks/words";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { keyOf } from "../ui/key-of";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { DayFields } from "./day-fields";
import { SpecialDays } from "./special-days";
import { words } from "./words";

interface HoursFormProps {
  told: Hours;
  again: () => Promise<void>;
}

/** All of the hours, saved as a whole. */
export function HoursForm({ told, again }: HoursFormProps) {
  const { api, toast } = useInbox();
  const say = useWords(words);
  const { busy, problem, send } = useSending();
  const [always, setAlways] = useState(told.hours === null);
  const [draft, setDraft] = useState<Draft>(() => begun(told));
  const form = useRef<HTMLFormElement>(null);
  const keys = useRef(keyOf());
  const hours = always ? null : hoursOf(draft);
  const was = told.hours === null ? null : hoursOf(draftOf(told.hours));
  const same = JSON.stringify(hours) === JSON.stringify(was);
  const save = async () => {
    const body = { hours, expected_revision: told.revision };
    await api.post("gateway/hours", body, { key: keys.current(body) });
    toast(say("saved"));
    await again();
  };
  const submit = () => {
    if (always || isRight(draft)) void send(save);
    else form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  };
  return (
    <form
      ref={form}
      class="page-form"
      noValidate
      onSubmit={(submitted) => {
        submitted.preventDefault();
        if (!same) submit();
      }}
    >
      <section class="panel">
        <fieldset class="choices">
          <legend>{say("when")}</legend>
          {([true, false] as const).map((one) => (
            <label key={String(one)}>
              <input type="radio" name="always" checked={always === one} onChange={() => setAlways(one)} />
              {say(one ? "always" : "within")}
            </label>
          ))}
        </fieldset>
        {!always && <Zone zone={draft.zone} onZone={(zone) => setDraft({ ...draft, zone })} />}
      </section>
      {!always && (
        <>
          <Days draft={draft} onDraft={setDraft} />
          <SpecialDays special={draft.special} onSpecial={(special) => setDraft({ ...draft, special })} />
        </>
      )}
      {problem?.code === "hours_changed" ? (
        <div class="note" role="alert">
          <p>{say("changed")}</p>
          <Button title={say("readAgainHint")} onClick={() => void again()}>
            {say("readAgain")}
          </Button>
        </div>
      ) : (
        <Refusal problem={problem} />
      )}
      <Button kind="primary" type="submit" busy={busy} reason={same ? say("same") : null}>
        {say("save")}
      </Button>
    </form>
  );
}

function begun({ hours }: Hours): Draft {
  if (hours !== null) return draftOf(hours);
  return usualHours(Intl.DateTimeFormat().resolvedOptions().timeZone);
}

function Zone({ zone, onZone }: { zone: string; onZone: (zone: string) => void }) {
  const say = useWords(words);
  return (
    <Field label={say("zone")} hint={say("zoneHint")}>
      {(wiring) => (
        <select {...wiring} value={zone} onChange={(changed) => onZone(changed.currentTarget.value)}>
          {zonesWith(zone).map((one) => (
            <option key={one} value={one}>
              {one.replaceAll("_", " ")}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Days({ draft, onDraft }: { draft: Draft; onDraft: (draft: Draft) => void }) {
  const { language } = useInbox();
  const say = useWords(words);
  const set = (day: Day, intervals: readonly Typed[]) =>
    onDraft({ ...draft, week: { ...draft.week, [day]: intervals } });
  return (
    <section class="panel" aria-labelledby="hours-week">
      <h2 id="hours-week">{say("week")}</h2>
      <p class="page-lead">{say("closesHint")}</p>
      {DAYS.map((day, place) => {
        const before = DAYS[place - 1];
        return (
          <DayFields
            key={day}
            name={dayName(day, language)}
            intervals={draft.week[day]}
            onIntervals={(intervals) => set(day, intervals)}
            before={before && { name: dayName(before, language), take: () => set(day, draft.week[before]) }}
          />
        );
      })}
    </section>
  );
}
