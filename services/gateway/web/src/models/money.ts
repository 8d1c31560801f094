import type { Language } from "../i18n/texts";

/** An amount in minor units of a currency (ISO 4217). It is whole wherever it is kept or sent: never a fraction. */
export interface Amount {
  minor: number;
  currency: string;
}

/** As much as the services take. */
export const MINOR_MAX = 1_000_000_000_000;

/** What a typed amount comes to: `null` where nothing was typed, or why it is none. */
export type Parsed = { minor: number | null } | { mistake: AmountMistake };
export type AmountMistake = "not_an_amount" | "too_many_decimals" | "too_large";

/** How many decimals a currency has: none for yen, two for reais, three for Kuwaiti dinars. */
export function decimalsOf(currency: string): number {
  const options = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  return options.maximumFractionDigits ?? 2;
}

/** An amount as people read it, with the currency's sign. */
export function money(amount: Amount, language: Language): string {
  const format = new Intl.NumberFormat(language, { style: "currency", currency: amount.currency });
  return format.format(decimal(amount));
}

/** An amount as a person would type it: in their decimal form, without the currency. */
export function amountTyped(amount: Amount, language: Language): string {
  const digits = decimalsOf(amount.currency);
  const format = new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return format.format(decimal(amount));
}

/**
 * Reads an amount that was typed in the person's own decimal form. Separators count only where they may stand: "1,50"
 * typed in English is a mistake and not 150, so that nobody's price grows a hundredfold in silence.
 */
export function parseAmount(text: string, currency: string, language: Language): Parsed {
  const { decimal: point, group } = separators(language);
  const bare = withoutSign(text, currency, language);
  if (bare === "") return { minor: null };
  const [whole = "", fraction = "", ...more] = bare.split(point);
  const groups = whole.replace(/[\s\u00a0\u202f]/g, group).split(group);
  if (more.length > 0 || !areGroups(groups) || !/^\d*$/.test(fraction)) return { mistake: "not_an_amount" };
  const digits = groups.join("");
  if (digits === "" && fraction === "") return { mistake: "not_an_amount" };
  const decimals = decimalsOf(currency);
  const kept = fraction.replace(/0+$/, "");
  if (kept.length > decimals) return { mistake: "too_many_decimals" };
  const minor = BigInt(`${digits}${kept.padEnd(decimals, "0")}` || "0");
  return minor > BigInt(MINOR_MAX) ? { mistake: "too_large" } : { minor: Number(minor) };
}

/** The decimal number as a text, because a float could not hold each of them. */
function decimal({ minor, currency }: Amount): `${number}` {
  const decimals = decimalsOf(currency);
  const digits = String(minor).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const text = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
  return text as `${number}`;
}

function separators(language: Language): { decimal: string; group: string } {
  const parts = new Intl.NumberFormat(language, {
    minimumFractionDigits: 1,
    useGrouping: true,
  }).formatToParts(1_234_567.5);
  const of = (type: "decimal" | "group") => parts.find((part) => part.type === type)?.value ?? "";
  return { decimal: of("decimal") || ".", group: of("group") || "," };
}

/** What was typed without a sign of its currency, such as "R$", "US$" or "BRL". */
function withoutSign(text: string, currency: string, language: Language): string {
  const signs = (["symbol", "narrowSymbol", "code"] as const).map((currencyDisplay) => {
    const format = new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay });
    return format.formatToParts(0).find((part) => part.type === "currency")?.value ?? currency;
  });
  const longest = signs.sort((a, b) => b.length - a.length);
  const trimmed = text.trim();
  const before = longest.find((sign) => trimmed.toUpperCase().startsWith(sign.toUpperCase()));
  if (before !== undefined) return trimmed.slice(before.length).trim();
  const after = longest.find((sign) => trimmed.toUpperCase().endsWith(sign.toUpperCase()));
  return after === undefined ? trimmed : trimmed.slice(0, -after.length).trim();
}

/** One run of digits, or a short one followed by runs of three. */
function areGroups(groups: readonly string[]): boolean {
  const [first = "", ...rest] = groups;
  if (rest.length === 0) return /^\d*$/.test(first);
  return /^\d{1,3}$/.test(first) && rest.every((one) => /^\d{3}$/.test(one));
}
