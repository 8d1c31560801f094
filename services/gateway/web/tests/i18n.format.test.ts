import { expect, test } from "vitest";
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
