import { expect, test } from "vitest";
import {
  another,
  dateName,
  dayName,
  draftOf,
  hoursOf,
  isRight,
  mistakeOfDate,
  mistakesOf,
  type Typed,
  usualHours,
  zonesWith,
} from "../../src/models/hours";

function from(opens: string, closes: string): Typed {
  return { opens, closes };
}

test("hours are edited and kept as they were, the end of the day as 24:00", () => {
  const kept = hoursOf({
    ...usualHours("Europe/London"),
    special: [
      { date: "2026-12-31", intervals: [from("20:00", "00:00"), from("09:00", "12:00")] },
      { date: "2026-12-25", intervals: [] },
    ],
  });

  expect(kept.time_zone).toBe("Europe/London");
  expect(kept.week.friday).toEqual([from("09:00", "17:00")]);
  expect(kept.week.saturday).toEqual([]);
  expect(kept.special_days).toEqual([
    { date: "2026-12-25", intervals: [] },
    { date: "2026-12-31", intervals: [from("09:00", "12:00"), from("20:00", "24:00")] },
  ]);
  expect(hoursOf(draftOf(kept))).toEqual(kept);
});

test.each<[Typed[], unknown[]]>([
  [[], []],
  [
    [from("09:00", "12:00"), from("12:00", "00:00")],
    [null, null],
  ],
  [[from("00:00", "00:00")], [null]],
  [[from("12:00", "09:00")], ["order"]],
  [[from("12:00", "12:00")], ["order"]],
  [
    [from("", "12:00"), from("13:00", "")],
    ["missing", "missing"],
  ],
  [
    [from("09:00", "12:00"), from("11:59", "13:00")],
    [null, "overlap"],
  ],
  [
    [from("20:00", "00:00"), from("08:00", "20:01")],
    [null, "overlap"],
  ],
])("what is wrong with a day is told where it is: %j", (intervals, mistakes) => {
  expect(mistakesOf(intervals)).toEqual(mistakes);
});

test("each date is special once", () => {
  const special = ["2026-12-25", "", "2026-12-25"].map((date) => ({ date, intervals: [] }));

  expect(special.map((_, place) => mistakeOfDate(special, place))).toEqual([null, "missing", "twice"]);
});

test("what is wrong anywhere is not saved", () => {
  const right = usualHours("UTC");
  const wrong = [from("12:00", "09:00")];

  expect(isRight(right)).toBe(true);
  expect(isRight({ ...right, week: { ...right.week, sunday: wrong } })).toBe(false);
  expect(isRight({ ...right, special: [{ date: "2026-12-25", intervals: wrong }] })).toBe(false);
  expect(isRight({ ...right, special: [{ date: "", intervals: [] }] })).toBe(false);
});

test("hours that are added follow those that are there", () => {
  const days = [[], [from("09:00", "12:00")], [from("09:00", "22:30")], [from("09:00", "00:00")]];

  expect(days.map(another)).toEqual([
    from("09:00", "17:00"),
    from("13:00", "17:00"),
    from("23:00", "00:00"),
    from("", ""),
  ]);
});

test("days and zones have their names", () => {
  expect(dayName("monday", "en")).toBe("Monday");
  expect(dayName("sunday", "pt-BR")).toBe("Domingo");
  expect(dateName("2026-12-25", "pt-BR")).toBe("sexta-feira, 25 de dezembro de 2026");
  expect(dateName("", "en")).toBe("");
  expect(zonesWith("Mars/Olympus")).toEqual(
    expect.arrayContaining(["America/Sao_Paulo", "Mars/Olympus", "UTC"]),
  );
});
