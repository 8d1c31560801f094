import type { Field } from "../../models/field";
import type { Saving } from "../ui/field";

/** How a field's saving stands, as its label says it. What cannot be sent says why instead. */
export function savingOf<T>(field: Field<T>, mistaken: boolean): Saving {
  if (mistaken) return "none";
  switch (field.saving.is) {
    case "sending":
      return "saving";
    case "saved":
      return field.draft === null ? "saved" : "none";
    case "failed":
      return "failed";
    case "still":
      return "none";
  }
}
