import type { ComponentProps } from "preact";
import type { Shown } from "../models/visitor";

/** As the server takes numbers of phones, however they are spaced, but for how many digits there are. */
const PHONE = String.raw`\s*\+?[\d\s\(\)\.\/\-]{5,}`;

/** The browser's own input for a detail, with what it can check by itself; the answer tells the rest. */
export function detailInput({ field, detail_type, bounds }: Shown): ComponentProps<"input"> {
  if (field === "email") return { type: "email", autoComplete: "email" };
  if (field === "phone") return { type: "tel", autoComplete: "tel", pattern: PHONE };
  if (field === "name") return { type: "text", autoComplete: "name" };
  if (field === "company") return { type: "text", autoComplete: "organization" };
  if (detail_type === "number")
    return { type: "number", step: "any", min: bounds?.least ?? undefined, max: bounds?.most ?? undefined };
  if (detail_type === "date") return { type: "date" };
  // No longest one: browsers cut off silently what is pasted.
  return { type: "text", ...(bounds?.least ? { minLength: bounds.least } : {}) };
}
