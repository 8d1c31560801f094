import { useState } from "preact/hooks";
import { UNWRITTEN } from "../../../models/playbook-edit";
import { withOutside } from "../../../models/playbook-outside";
import type { LiveChatCard } from "../../../wire/types";
import { Field } from "../../ui/field";
import { Check } from "../check";
import { FormedField } from "../formed";
import type { FormProps, KindView } from "../kind";
import { LeadsTo } from "../leads-to";
import { texts } from "../texts";
import { useWords } from "../words";
import { Written } from "../written";

const WAIT_MIN_S = 5;
const WAIT_MAX_S = 1_800;

function Form({ id, card, change }: FormProps<LiveChatCard>) {
  const say = useWords(texts);
  return (
    <>
      <FormedField
        label={say("form.online")}
        hint={say("form.onlineHint")}
        text={card.online_message}
        body={card.online_body}
        lines={3}
        name="online"
        onFormed={({ text, body }) => change({ ...card, online_message: text, online_body: body })}
      />
      <WaitTime card={card} change={change} />
      <Check
        label={say("form.place")}
        hint={say("form.placeHint")}
        checked={card.show_queue_position ?? false}
        onCheck={(show_queue_position) => change({ ...card, show_queue_position })}
      />
      <FormedField
        label={say("form.offline")}
        hint={say("form.offlineHint")}
        text={card.offline_message}
        body={card.offline_body}
        lines={3}
        name="offline"
        onFormed={({ text, body }) => change({ ...card, offline_message: text, offline_body: body })}
      />
      <Outside card={card} change={change} />
      <LeadsTo id={id} way="offline_flow" label={say("form.offlineFlow")} />
    </>
  );
}

const OUTSIDE = [
  ["online_message", "form.onlineOutside", "form.onlineOutsideHint"],
  ["offline_message", "form.offlineOutside", "form.offlineOutsideHint"],
  ["note", "form.noteOutside", "form.noteOutsideHint"],
] as const;

/** Other texts for outside the business hours; an empty one is as usual. */
function Outside({ card, change }: Omit<FormProps<LiveChatCard>, "id">) {
  const say = useWords(texts);
  // As it was at first: who empties the last text is still in its field.
  const [open] = useState(card.outside_hours != null);
  return (
    <details open={open}>
      <summary>{say("form.outside")}</summary>
      <p class="field-hint">{say("form.outsideHint")}</p>
      {OUTSIDE.map(([field, label, hint]) => (
        <Written
          key={field}
          label={say(label)}
          hint={say(hint)}
          value={card.outside_hours?.[field] ?? ""}
          lines={3}
          optional
          onValue={(text) => change({ ...card, outside_hours: withOutside(card.outside_hours, field, text) })}
        />
      ))}
    </details>
  );
}

function WaitTime({ card, change }: Omit<FormProps<LiveChatCard>, "id">) {
  const say = useWords(texts);
  const limits = { min: WAIT_MIN_S, max: WAIT_MAX_S };
  return (
    <Field label={say("form.wait")} hint={say("form.waitHint", limits)}>
      {(wiring) => (
        <input
          {...wiring}
          type="number"
          required
          step={1}
          {...limits}
          value={card.wait_time_s}
          onChange={(changed) => {
            const wanted = Math.round(Number(changed.currentTarget.value)) || WAIT_MIN_S;
            const wait_time_s = Math.min(WAIT_MAX_S, Math.max(WAIT_MIN_S, wanted));
            changed.currentTarget.value = String(wait_time_s);
            change({ ...card, wait_time_s });
          }}
        />
      )}
    </Field>
  );
}

export const kind: KindView<LiveChatCard> = {
  kind: "live_chat",
  order: 40,
  name: { en: "Live Chat", "pt-BR": "Chat ao vivo" },
  hint: {
    en: "Asks for a person. What followed here becomes its offline flow.",
    "pt-BR": "Chama uma pessoa. O que vinha depois vira o fluxo offline.",
  },
  headline: (card) => card.online_message,
  fresh: (next) => ({
    kind: "live_chat",
    online_message: UNWRITTEN,
    wait_time_s: 60,
    offline_message: UNWRITTEN,
    offline_flow: next,
  }),
  wayName: (_, __, language) => ({ en: "Offline flow", "pt-BR": "Fluxo offline" })[language],
  Form,
};
