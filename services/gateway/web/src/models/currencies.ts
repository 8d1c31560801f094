import type { Language } from "../i18n/texts";

/** The currencies that the services take; a test holds the list against theirs. */
const CODES = `
  AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
  CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
  GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD
  KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
  NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD
  SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF
  XCD XOF XPF YER ZAR ZMW ZWG`;

export const CURRENCIES: readonly string[] = CODES.trim().split(/\s+/);

/** The currencies that are offered, by their names in the person's language. */
export function currenciesNamed(language: Language): { code: string; name: string }[] {
  const names = new Intl.DisplayNames(language, { type: "currency" });
  const byName = new Intl.Collator(language);
  return CURRENCIES.map((code) => ({ code, name: names.of(code) ?? code })).sort((a, b) =>
    byName.compare(a.name, b.name),
  );
}

/** The currency that is offered first, while nothing says another one. */
export function usualCurrency(language: Language): string {
  return language === "pt-BR" ? "BRL" : "USD";
}
