import type { Asking } from "../models/visitor";
import { detailInput } from "./detail-input";
import { Icon, SEND } from "./icon";
import type { Panel } from "./panel";
import type { State } from "./state";

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
  const { text, field } = asking.shown;
  const known = field === "email" || field === "phone" || field === "name";
  return (
    <form class="composer" onSubmit={submit}>
      {refused && (
        <p class="error" id="refused" role="alert">
          {refused}
        </p>
      )}
      <input
        {...detailInput(asking.shown)}
        name="detail"
        dir="auto"
        required
        maxLength={2000}
        aria-label={known ? t(field) : text}
        placeholder={t(known ? field : "answer")}
        aria-invalid={Boolean(refused)}
        aria-describedby={refused ? "refused" : undefined}
      />
      <button type="submit" class="main" aria-label={t("send")} disabled={answer?.refused === null}>
        <Icon of={SEND} />
      </button>
    </form>
  );
}
