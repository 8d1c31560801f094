import type { ComponentProps } from "preact";
import type { Asking } from "../models/visitor";
import { Icon, SEND } from "./icon";
import type { Panel } from "./panel";
import type { State } from "./state";
import type { T } from "./texts";

interface Captured {
  asking: Asking;
  answer: State["answer"];
  panel: Panel;
}

/** The browser's own input for a detail; what it cannot tell is told by the answer. */
export function Capture({ asking, answer, panel }: Captured) {
  const { t } = panel;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const input = (event.currentTarget as HTMLFormElement).elements.namedItem("detail");
    if (input instanceof HTMLInputElement) void panel.answer(asking, input.value.trim(), null);
  };
  const refused = answer?.refused;
  return (
    <form class="composer" onSubmit={submit}>
      {refused && (
        <p class="error" id="refused" role="alert">
          {refused}
        </p>
      )}
      <input
        {...inputOf(asking)}
        name="detail"
        dir="auto"
        required
        maxLength={2000}
        aria-label={labelOf(asking, t)}
        placeholder={labelOf(asking, t)}
        aria-invalid={Boolean(refused)}
        aria-describedby={refused ? "refused" : undefined}
      />
      <button type="submit" class="main" aria-label={t("send")} disabled={answer?.refused === null}>
        <Icon of={SEND} />
      </button>
    </form>
  );
}

function inputOf({ field, type }: Asking): ComponentProps<"input"> {
  if (field === "email") return { type: "email", autoComplete: "email" };
  if (field === "phone") return { type: "tel", autoComplete: "tel" };
  if (field === "name") return { type: "text", autoComplete: "name" };
  if (field === "company") return { type: "text", autoComplete: "organization" };
  if (type === "number") return { type, step: "any" };
  return type === "date" ? { type } : { type: "text" };
}

function labelOf({ field }: Asking, t: T): string {
  return field === "email" || field === "phone" || field === "name" ? t(field) : t("answer");
}
