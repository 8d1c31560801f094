import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { another, INTERVALS_MAX, mistakesOf, type Typed } from "../../models/hours";
import { useWords } from "../playbooks/words";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { words } from "./words";

interface DayFieldsProps {
  /** What the day is called. */
  name: string;
  intervals: readonly Typed[];
  onIntervals: (intervals: readonly Typed[]) => void;
  /** The day whose intervals it can take over. */
  before?: { name: string; take: () => void } | undefined;
  /** What else is said of the day, ahead of its intervals. */
  children?: ComponentChildren;
}

/** The intervals of one day, each from a time until another; none: it is closed. */
export function DayFields({ name, intervals, onIntervals, before, children }: DayFieldsProps) {
  const say = useWords(words);
  const box = useRef<HTMLFieldSetElement>(null);
  const focus = useRef<"last" | "add" | null>(null);
  const mistakes = mistakesOf(intervals);
  useLayoutEffect(() => {
    const places = { last: "[data-opens]", add: "[data-add]" };
    if (focus.current !== null)
      [...(box.current?.querySelectorAll<HTMLElement>(places[focus.current]) ?? [])].at(-1)?.focus();
    focus.current = null;
  });
  const change = (place: number, to: Partial<Typed>) =>
    onIntervals(intervals.map((one, at) => (at === place ? { ...one, ...to } : one)));
  const add = () => {
    focus.current = "last";
    onIntervals([...intervals, another(intervals)]);
  };
  const remove = (place: number) => {
    focus.current = "add";
    onIntervals(intervals.filter((_, at) => at !== place));
  };
  return (
    <fieldset class="hours-day" ref={box}>
      <legend>{name}</legend>
      {children}
      {intervals.length === 0 && <p class="page-lead">{say("closed")}</p>}
      {intervals.map((one, place) => {
        const mistake = mistakes[place] ?? null;
        const told = mistake === null || mistake === "twice" ? null : say(mistake);
        const missing = mistake === "missing" && one.opens === "";
        return (
          <div class="form-row" key={String(place)}>
            <Field label={say("opens")} error={missing ? told : null}>
              {(wiring) => (
                <input
                  {...wiring}
                  data-opens
                  type="time"
                  value={one.opens}
                  onInput={(input) => change(place, { opens: input.currentTarget.value })}
                />
              )}
            </Field>
            <Field label={say("closes")} error={missing ? null : told}>
              {(wiring) => (
                <input
                  {...wiring}
                  type="time"
                  value={one.closes}
                  onInput={(input) => change(place, { closes: input.currentTarget.value })}
                />
              )}
            </Field>
            <Button
              kind="quiet"
              aria-label={say("removeOf", { ...one, day: name })}
              onClick={() => remove(place)}
            >
              {say("remove")}
            </Button>
          </div>
        );
      })}
      <div class="form-row">
        <Button
          data-add
          aria-label={say("addOf", { day: name })}
          reason={intervals.length >= INTERVALS_MAX ? say("full", { max: INTERVALS_MAX }) : null}
          onClick={add}
        >
          {say("add")}
        </Button>
        {before !== undefined && (
          <Button kind="quiet" onClick={before.take}>
            {say("asBefore", { day: before.name })}
          </Button>
        )}
      </div>
    </fieldset>
  );
}
