import { money } from "../models/money";
import { type Language, primary } from "./texts";

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

const DAY_MS = 86_400_000;

/** Times, sums and sizes as the language writes them. */
export interface Format {
  /** The day and the time, for titles. */
  dateTime: (at: string | Date) => string;
  time: (at: string | Date) => string;
  date: (at: string | Date) => string;
  /** The day alone, with “today” and “yesterday” in words. */
  day: (at: string | Date, now: number) => string;
  /** “5 min. ago”, “yesterday”; beyond a week the date. */
  relative: (at: string | Date, now: number) => string;
  /** A sum in minor units of its currency. */
  money: (minor: number, currency: string) => string;
  /** A length of time: its two greatest units. */
  duration: (seconds: number) => string;
  number: (value: number) => string;
  bytes: (size: number) => string;
}

export function formatOf(language: Language, timeZone?: string, region: string = language): Format {
  const zone = timeZone === undefined ? {} : { timeZone };
  // Sums are written as they are typed: by the language alone.
  const dateTime = new Intl.DateTimeFormat(region, { dateStyle: "full", timeStyle: "short", ...zone });
  const time = new Intl.DateTimeFormat(region, { hour: "2-digit", minute: "2-digit", ...zone });
  const date = new Intl.DateTimeFormat(region, { dateStyle: "medium", ...zone });
  const number = new Intl.NumberFormat(language);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const numeric = { year: "numeric", month: "numeric", day: "numeric" } as const;
  const calendar = new Intl.DateTimeFormat("en-US", { ...numeric, ...zone });
  /** Which day of the calendar it is here, counted from any one on. */
  const dayNumber = (at: string | Date | number) => {
    const parts = calendar.formatToParts(new Date(at)).map(({ type, value }) => [type, Number(value)]);
    const { year, month, day } = Object.fromEntries(parts);
    return Date.UTC(year, month - 1, day) / DAY_MS;
  };
  const dayOf = (at: Date) => date.format(at);
  return {
    dateTime: (at) => dateTime.format(new Date(at)),
    time: (at) => time.format(new Date(at)),
    date: (at) => date.format(new Date(at)),
    day: (at, now) => {
      const days = dayNumber(at) - dayNumber(now);
      return days === 0 || days === -1 ? initial(relative.format(days, "day")) : dayOf(new Date(at));
    },
    relative: (at, now) => {
      const seconds = Math.round((new Date(at).getTime() - now) / 1_000);
      if (Math.abs(seconds) > 7 * 86_400) return dayOf(new Date(at));
      const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? ["second", 1];
      // “Yesterday” is a day of the calendar, however few hours of it were more than a day ago.
      if (unit === "day") return relative.format(dayNumber(at) - dayNumber(now), unit);
      return relative.format(Math.trunc(seconds / size), unit);
    },
    money: (minor, currency) => money({ minor, currency }, language),
    duration: (seconds) => lengthOf(language, seconds),
    number: (value) => number.format(value),
    bytes: (size) => sizeOf(language, size),
  };
}

/** Of one language, the person's own way to write dates and times: as their browser says, in London or New York. */
export function regionOf(language: Language, wanted: readonly string[]): string {
  return wanted.find((one) => primary(one) === primary(language)) ?? language;
}

function initial(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

function lengthOf(language: Language, seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = STEPS.findIndex(([, size]) => whole >= size);
  const parts = STEPS.slice(first === -1 ? STEPS.length - 1 : first).slice(0, 2);
  let rest = whole;
  const said: string[] = [];
  for (const [unit, size] of parts) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || said.length === 0) said.push(unitOf(language, count, unit));
  }
  return said.join(" ");
}

function unitOf(language: Language, count: number, unit: string): string {
  return unitFormat(language, unit, "narrow").format(count);
}

const unitFormats = new Map<string, Intl.NumberFormat>();

/** Numbers of a unit. Each is dear to make, and lists write hundreds of them each second. */
function unitFormat(language: Language, unit: string, unitDisplay: "narrow" | "short"): Intl.NumberFormat {
  const key = `${language} ${unit}`;
  const made = unitFormats.get(key);
  if (made !== undefined) return made;
  const format = new Intl.NumberFormat(language, {
    style: "unit",
    unit,
    unitDisplay,
    maximumFractionDigits: 1,
  });
  unitFormats.set(key, format);
  return format;
}

function sizeOf(language: Language, size: number): string {
  const [unit, one] = size >= 1e6 ? ["megabyte", 1e6] : size >= 1e3 ? ["kilobyte", 1e3] : ["byte", 1];
  return unitFormat(language, String(unit), "short").format(size / Number(one));
}
