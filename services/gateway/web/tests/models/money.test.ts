import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../../src/i18n/texts";
import { CURRENCIES, currenciesNamed } from "../../src/models/currencies";
import { amountTyped, decimalsOf, MINOR_MAX, money, parseAmount } from "../../src/models/money";

const anyMinor = fc.integer({ min: 0, max: MINOR_MAX });
const anyLanguage = fc.constantFrom(...LANGUAGES);

describe("amounts", () => {
  it("come back as they were, however many decimals their currency has", () => {
    const decimals = new Set<number>();
    fc.assert(
      fc.property(
        anyMinor,
        fc.constantFrom("JPY", "BRL", "USD", "KWD", "CLF"),
        anyLanguage,
        (minor, currency, language) => {
          decimals.add(decimalsOf(currency));
          expect(parseAmount(amountTyped({ minor, currency }, language), currency, language)).toEqual({
            minor,
          });
          expect(parseAmount(money({ minor, currency }, language), currency, language)).toEqual({ minor });
        },
      ),
      { numRuns: 500 },
    );
    expect([...decimals].sort()).toEqual([0, 2, 3, 4]);
  });

  it("come back in every currency that there is", () => {
    for (const currency of CURRENCIES)
      for (const language of LANGUAGES)
        for (const minor of [0, 1, 99, 100, 123_456_789, MINOR_MAX]) {
          expect(parseAmount(money({ minor, currency }, language), currency, language)).toEqual({ minor });
        }
  });

  it("never grow by a separator of another language", () => {
    expect(parseAmount("1,50", "USD", "en")).toEqual({ mistake: "not_an_amount" });
    expect(parseAmount("1,50", "BRL", "pt-BR")).toEqual({ minor: 150 });
    expect(parseAmount("1.50", "BRL", "pt-BR")).toEqual({ mistake: "not_an_amount" });
    expect(parseAmount("1.500", "BRL", "pt-BR")).toEqual({ minor: 150_000 });
    expect(parseAmount("1.500", "USD", "en")).toEqual({ minor: 150 });
    expect(parseAmount("1.505", "USD", "en")).toEqual({ mistake: "too_many_decimals" });
    expect(parseAmount("1.5", "JPY", "en")).toEqual({ mistake: "too_many_decimals" });
  });

  it("are read as people type them", () => {
    expect(parseAmount("  ", "USD", "en")).toEqual({ minor: null });
    expect(parseAmount("1200", "USD", "en")).toEqual({ minor: 120_000 });
    expect(parseAmount("1,200", "USD", "en")).toEqual({ minor: 120_000 });
    expect(parseAmount("$ 1 200.5", "USD", "en")).toEqual({ minor: 120_050 });
    expect(parseAmount(".5", "USD", "en")).toEqual({ minor: 50 });
    expect(parseAmount("R$ 1.200,5", "BRL", "pt-BR")).toEqual({ minor: 120_050 });
    expect(parseAmount("10 eur", "EUR", "en")).toEqual({ minor: 1_000 });
    expect(parseAmount("0.1", "USD", "en")).toEqual({ minor: 10 });
  });

  it("are refused where they are none, or more than is taken", () => {
    for (const text of ["-1", "abc", "1.2.3", "1e5", ",5", "12,34", ".", "٣"]) {
      expect(parseAmount(text, "USD", "en"), text).toEqual({ mistake: "not_an_amount" });
    }
    expect(parseAmount("10000000000.01", "USD", "en")).toEqual({ mistake: "too_large" });
    expect(parseAmount("9".repeat(60), "USD", "en")).toEqual({ mistake: "too_large" });
  });

  it("never raise, whatever is typed", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...CURRENCIES), anyLanguage, (text, currency, language) => {
        const parsed = parseAmount(text, currency, language);
        if ("minor" in parsed && parsed.minor !== null) {
          expect(Number.isSafeInteger(parsed.minor)).toBe(true);
          expect(parsed.minor).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

it("names every currency in each language", () => {
  for (const language of LANGUAGES) {
    const named = currenciesNamed(language);
    expect(named).toHaveLength(CURRENCIES.length);
    expect(new Set(named.map((one) => one.code)).size).toBe(CURRENCIES.length);
  }
});
