/** Years in which a time may lie for the services. */
const YEAR_MIN = 2000;
const YEAR_MAX = 2200;

/** The moment that a person means by a date and a time of their own clock (`datetime-local`), in UTC; null: none. */
export function utcOf(local: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(local)) return null;
  const moment = new Date(local);
  const year = moment.getUTCFullYear();
  if (Number.isNaN(moment.getTime()) || year < YEAR_MIN || year > YEAR_MAX) return null;
  return moment.toISOString();
}

/** A moment as the person's clock shows it, for a field of type `datetime-local`. */
export function localOf(moment: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const date = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  return `${date}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/** What is offered first for something to do: the next full hour, a day from now. */
export function tomorrow(now: Date): Date {
  const hour = 3_600_000;
  return new Date(Math.ceil(now.getTime() / hour) * hour + 24 * hour);
}
