import type { CaptureCard } from "../wire/types";

const EMAIL = /^[^@\s]{1,64}@(?:[^@\s.]{1,63}\.)+[^@\s.]{2,63}$/u;
const PHONE = /^\+?[0-9 ()./-]+$/;
const NUMBER = /^[+-]?[0-9]{1,15}(?:[.,][0-9]{1,6})?$/;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/u;

/** The detail in the form in which the services keep it; null where they refuse it. */
export function validDetail(card: CaptureCard, value: string): string | null {
  const told = plain(value);
  if (UNSEEN.test(told)) return null;
  switch (card.field === "free" ? (card.type ?? "text") : card.field) {
    case "name":
    case "company":
      return lengthOf(told) <= 120 && /[\p{L}\p{N}]/u.test(told) ? told : null;
    case "email":
      return lengthOf(told) <= 254 && EMAIL.test(told) ? told : null;
    case "phone":
      return isPhone(told) ? told : null;
    case "text":
      return told !== "" && lengthOf(told) <= 200 && isWithin(card, lengthOf(told)) ? told : null;
    case "number":
      return numberOf(card, told);
    case "date":
      return isDay(told) ? told : null;
    case "choice":
      return (card.options ?? []).find((option) => folded(option) === folded(told)) ?? null;
  }
}

function numberOf(card: CaptureCard, told: string): string | null {
  const number = told.replace(",", ".").replace(/^\+/, "");
  return NUMBER.test(told) && isWithin(card, Number(number)) ? number : null;
}

/** A number by its value, a text by its length. */
function isWithin({ least, most }: CaptureCard, value: number): boolean {
  return (least == null || value >= least) && (most == null || value <= most);
}

function isPhone(told: string): boolean {
  const digits = told.replace(/[^0-9]/g, "").length;
  return told.length <= 30 && PHONE.test(told) && digits >= 5 && digits <= 15;
}

/** On one line, with single spaces; the mark of byte order, which scripts call a space, is none to the services. */
function plain(text: string): string {
  return text
    .split(/[^\S\ufeff]+/u)
    .filter((part) => part !== "")
    .join(" ");
}

/** Whether it is a day that there is, such as 2026-02-28. */
export function isDay(told: string): boolean {
  const day = new Date(`${told}T00:00:00Z`);
  return DATE.test(told) && !told.startsWith("0000") && day.toJSON()?.slice(0, 10) === told;
}

/** On one line, with single spaces, and without a difference between capitals and small letters. */
export function folded(text: string): string {
  return plain(text).toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

/** In characters, as the services count them. */
function lengthOf(text: string): number {
  return [...text].length;
}
