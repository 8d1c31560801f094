import { expect, test, vi } from "vitest";
import { formatOf, regionOf } from "../src/i18n/format";

const en = formatOf("en", "UTC");
const pt = formatOf("pt-BR", "UTC");
const NOW = Date.parse("2026-03-04T10:00:00Z");
const plain = (text: string) => text.replace(/\s/g, " ");

test("sums are written from minor units by their currency", () => {
  expect(plain(en.money(123_450, "USD"))).toBe("$1,234.50");
  expect(plain(pt.money(123_450, "BRL"))).toBe("R$ 1.234,50");
  expect(plain(en.money(1_234, "JPY"))).toBe("¥1,234");
  expect(plain(en.money(1_234, "KWD"))).toBe("KWD 1.234");
});

test("dates and times are written as in the person's own region, and sums as the language writes them", () => {
  const london = formatOf("en", "UTC", regionOf("en", ["pt-PT", "en-GB", "en-US"]));
  expect(plain(en.time("2026-03-04T15:05:00Z"))).toBe("03:05 PM");
  expect(london.time("2026-03-04T15:05:00Z")).toBe("15:05");
  expect(london.date("2026-03-04T15:05:00Z")).toBe("4 Mar 2026");
  expect(plain(london.money(123_450, "USD"))).toBe("$1,234.50");
  expect(regionOf("pt-BR", ["en-GB"])).toBe("pt-BR");
});

test("days near to today are told in words", () => {
  expect(en.day("2026-03-04T00:00:00Z", NOW)).toBe("Today");
  expect(pt.day("2026-03-03T23:59:00Z", NOW)).toBe("Ontem");
  expect(en.day("2026-03-02T23:59:00Z", NOW)).toBe("Mar 2, 2026");
});

test("times past are told by their greatest unit, and old ones by their date", () => {
  expect(en.relative("2026-03-04T10:00:00Z", NOW)).toBe("now");
  expect(en.relative("2026-03-04T09:55:30Z", NOW)).toBe("4 min. ago");
  expect(en.relative("2026-03-04T07:00:00Z", NOW)).toBe("3 hr. ago");
  expect(en.relative("2026-02-01T07:00:00Z", NOW)).toBe("Feb 1, 2026");
});

test("lengths of time have two units at most", () => {
  expect(en.duration(0)).toBe("0s");
  expect(en.duration(75)).toBe("1m 15s");
  expect(en.duration(3_600)).toBe("1h");
  expect(en.duration(90_061)).toBe("1d 1h");
  expect(en.duration(-3)).toBe("0s");
});

test("sizes are told in their own unit", () => {
  expect(en.bytes(900)).toBe("900 byte");
  expect(en.bytes(10_485_760)).toBe("10.5 MB");
});

test("yesterday is a day of the calendar where one is, however few hours ago it ended", () => {
  const saoPaulo = formatOf("en", "America/Sao_Paulo");
  const now = Date.parse("2026-03-04T03:30:00Z"); // 0:30 of the fourth there

  expect(saoPaulo.relative("2026-03-03T03:20:00Z", now)).toBe("yesterday");
  expect(saoPaulo.relative("2026-03-03T02:20:00Z", now)).toBe("2 days ago");
  expect(saoPaulo.relative("2026-03-02T03:20:00Z", now)).toBe("2 days ago");
  expect(saoPaulo.relative("2026-03-05T03:40:00Z", now)).toBe("tomorrow");
  expect(saoPaulo.day("2026-03-03T03:20:00Z", now)).toBe("Yesterday");
  expect(saoPaulo.day("2026-03-03T02:20:00Z", now)).toBe("Mar 2, 2026");
});

test("a day of 23 hours is yesterday as well", () => {
  const berlin = formatOf("en", "Europe/Berlin");
  const now = Date.parse("2026-03-29T22:30:00Z"); // 0:30 of the thirtieth there

  expect(berlin.day("2026-03-29T10:00:00Z", now)).toBe("Yesterday");
  expect(berlin.day("2026-03-28T22:45:00Z", now)).toBe("Mar 28, 2026");
});

test("however many lengths of time and sizes are written, what writes them is made once for each unit", () => {
  let made = 0;
  const construct = (of: typeof Intl.NumberFormat, [language, how]: ConstructorParameters<typeof of>) => {
    made += 1;
    return new of(language, how);
  };
  vi.stubGlobal("Intl", { ...Intl, NumberFormat: new Proxy(Intl.NumberFormat, { construct }) });
  for (let seconds = 0; seconds < 100_000; seconds += 997) pt.duration(seconds);
  for (let size = 1; size < 1e9; size *= 10) pt.bytes(size);

  expect(made).toBe(7);
  vi.unstubAllGlobals();
});
