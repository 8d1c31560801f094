import type { BusinessHours, OpenInterval, Week } from "../wire/types";

export const DAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const satisfies readonly (keyof Week)[];
export type Day = (typeof DAYS)[number];
export const INTERVALS_MAX = 6;
export const SPECIAL_DAYS_MAX = 60;
const MIDNIGHT = "00:00";
const END_OF_DAY = "24:00";

/** An interval as it is typed: one that closes at 00:00 lasts until the end of its day. */
export type Typed = Readonly<OpenInterval>;

/** Business hours while they are edited. */
export interface Draft {
  readonly zone: string;
  readonly week: Readonly<Record<Day, readonly Typed[]>>;
  readonly special: readonly { readonly date: string; readonly intervals: readonly Typed[] }[];
}

/** What is wrong with an interval, or with the date of a special day. */
export type Mistake = "missing" | "order" | "overlap" | "twice";

/** What hours begin with: office days, in the time zone of whoever sets them. */
export function usualHours(zone: string): Draft {
  const office: readonly Typed[] = [{ opens: "09:00", closes: "17:00" }];
  const none: readonly Typed[] = [];
  return { zone, week: everyDay((day) => (day.startsWith("s") ? none : office)), special: [] };
}

export function draftOf(hours: BusinessHours): Draft {
  return {
    zone: hours.time_zone,
    week: everyDay((day) => (hours.week[day] ?? []).map(typed)),
    special: (hours.special_days ?? []).map(({ date, intervals = [] }) => ({
      date,
      intervals: intervals.map(typed),
    })),
  };
}

export function hoursOf(draft: Draft): BusinessHours {
  const special = draft.special.map(({ date, intervals }) => ({ date, intervals: kept(intervals) }));
  return {
    time_zone: draft.zone,
    week: everyDay((day) => kept(draft.week[day])),
    special_days: special.sort((one, other) => (one.date < other.date ? -1 : 1)),
  };
}

/** One mistake of each interval of a day, null where there is none. */
export function mistakesOf(intervals: readonly Typed[]): (Mistake | null)[] {
  return intervals.map((one, place) => {
    if (one.opens === "" || one.closes === "") return "missing";
    if (one.opens >= ended(one.closes)) return "order";
    const meets = (other: Typed) => other.opens < ended(one.closes) && one.opens < ended(other.closes);
    return intervals.slice(0, place).some(meets) ? "overlap" : null;
  });
}

/** What is wrong with the date of the special day at this place. */
export function mistakeOfDate(special: Draft["special"], place: number): Mistake | null {
  const date = special[place]?.date ?? "";
  if (date === "") return "missing";
  return special.findIndex((one) => one.date === date) < place ? "twice" : null;
}

/** Whether it could be saved. */
export function isRight(draft: Draft): boolean {
  const lists = [...Object.values(draft.week), ...draft.special.map(({ intervals }) => intervals)];
  const fine = lists.every((intervals) => mistakesOf(intervals).every((mistake) => mistake === null));
  return fine && draft.special.every((_, place) => mistakeOfDate(draft.special, place) === null);
}

/** An interval more: after the last one, where there is time left. */
export function another(intervals: readonly Typed[]): Typed {
  const last = intervals.at(-1);
  const from = last === undefined || last.closes === "" ? 9 : Number(ended(last.closes).slice(0, 2)) + 1;
  if (from > 23) return { opens: "", closes: "" };
  return { opens: clock(from), closes: clock(Math.min(24, last === undefined ? 17 : from + 4)) };
}

/** Every time zone by its name; also the one that is set, and UTC, which browsers may leave out. */
export function zonesWith(zone: string): string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", zone])].sort();
}

/** The day's name in the language. The first of January 2024 was a Monday. */
export function dayName(day: Day, language: string): string {
  const name = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
  const said = name.format(Date.UTC(2024, 0, 1 + DAYS.indexOf(day)));
  return said.charAt(0).toLocaleUpperCase(language) + said.slice(1);
}

/** A date without a time, as the language writes it. */
export function dateName(date: string, language: string): string {
  const at = Date.parse(`${date}T00:00:00Z`);
  const name = new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: "UTC" });
  return Number.isNaN(at) ? date : name.format(at);
}

function everyDay<T>(of: (day: Day) => T): Record<Day, T> {
  return Object.fromEntries(DAYS.map((day) => [day, of(day)])) as Record<Day, T>;
}

function typed({ opens, closes }: OpenInterval): Typed {
  return { opens, closes: closes === END_OF_DAY ? MIDNIGHT : closes };
}

function kept(intervals: readonly Typed[]): OpenInterval[] {
  const whole = intervals.map(({ opens, closes }) => ({ opens, closes: ended(closes) }));
  return whole.sort((one, other) => (one.opens < other.opens ? -1 : 1));
}

function ended(closes: string): string {
  return closes === MIDNIGHT ? END_OF_DAY : closes;
}

function clock(hour: number): string {
  return hour === 24 ? MIDNIGHT : `${String(hour).padStart(2, "0")}:00`;
}
