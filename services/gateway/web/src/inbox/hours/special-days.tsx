import { useLayoutEffect, useRef } from "preact/hooks";
import { type Draft, dateName, mistakeOfDate, SPECIAL_DAYS_MAX } from "../../models/hours";
import { useInbox } from "../context";
import { useWords } from "../playbooks/words";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { DayFields } from "./day-fields";
import { words } from "./words";

type Special = Draft["special"];

interface SpecialDaysProps {
  special: Special;
  onSpecial: (special: Special) => void;
}

/** Dates with hours of their own. */
export function SpecialDays({ special, onSpecial }: SpecialDaysProps) {
  const say = useWords(words);
  const box = useRef<HTMLElement>(null);
  const focus = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (focus.current !== null)
      [...(box.current?.querySelectorAll<HTMLElement>(focus.current) ?? [])].at(-1)?.focus();
    focus.current = null;
  });
  const change = (place: number, to: Partial<Special[number]>) =>
    onSpecial(special.map((one, at) => (at === place ? { ...one, ...to } : one)));
  return (
    <section class="panel" aria-labelledby="hours-special" ref={box}>
      <h2 id="hours-special">{say("special")}</h2>
      <p class="page-lead">{say("specialText")}</p>
      {special.map((_, place) => (
        <SpecialDay
          key={String(place)}
          special={special}
          place={place}
          onChange={(to) => change(place, to)}
          onRemove={() => {
            focus.current = "[data-add-day]";
            onSpecial(special.filter((__, at) => at !== place));
          }}
        />
      ))}
      <Button
        data-add-day
        reason={special.length >= SPECIAL_DAYS_MAX ? say("fullDays", { max: SPECIAL_DAYS_MAX }) : null}
        onClick={() => {
          focus.current = "input[type=date]";
          onSpecial([...special, { date: "", intervals: [] }]);
        }}
      >
        {say("addDay")}
      </Button>
    </section>
  );
}

interface SpecialDayProps {
  special: Special;
  place: number;
  onChange: (to: Partial<Special[number]>) => void;
  onRemove: () => void;
}

function SpecialDay({ special, place, onChange, onRemove }: SpecialDayProps) {
  const { language } = useInbox();
  const say = useWords(words);
  const { date, intervals } = special[place] ?? { date: "", intervals: [] };
  const mistake = mistakeOfDate(special, place);
  const wrong = { twice: say("twice"), missing: say("dateMissing") }[mistake as "twice" | "missing"] ?? null;
  const name = date === "" ? say("newDay") : dateName(date, language);
  return (
    <DayFields name={name} intervals={intervals} onIntervals={(to) => onChange({ intervals: to })}>
      <div class="form-row">
        <Field label={say("date")} error={wrong}>
          {(wiring) => (
            <input
              {...wiring}
              type="date"
              min="2000-01-01"
              max="2999-12-31"
              value={date}
              onInput={(input) => onChange({ date: input.currentTarget.value })}
            />
          )}
        </Field>
        <Button kind="quiet" aria-label={say("removeDayOf", { day: name })} onClick={onRemove}>
          {say("removeDay")}
        </Button>
      </div>
    </DayFields>
  );
}
