import { money } from "../../models/money";
import { type Change, changesOf, countOf, type Said } from "../../models/playbook-changes";
import type { Card } from "../../models/playbook-flow";
import type { Flow } from "../../wire/types";
import { useSpeech } from "../context";
import { told } from "./condition-words";
import { nameOf } from "./kind";
import { type Key, texts } from "./texts";
import { titleOf } from "./title";
import { useWords } from "./words";

interface ChangesProps {
  /** Null: nothing was there. */
  before: Flow | null;
  after: Flow;
}

/** What leads from one flow to another, in words: which card, and what of it was and is. */
export function Changes({ before, after }: ChangesProps) {
  const say = useWords(texts);
  const { language } = useSpeech();
  const changes = changesOf(before, after);
  if (before === null) return <p>{say("changes.first")}</p>;
  if (countOf(changes) === 0) return <p>{say("changes.none")}</p>;
  const title = (flow: Flow, id: string) => <strong dir="auto">{titleOf(flow, id, language)}</strong>;
  return (
    <ul class="pb-changes" aria-label={say("changes.title")}>
      {changes.start && (
        <li>
          {say("changes.start")} {title(after, after.start)}
        </li>
      )}
      {changes.changed.map(({ id, changes: fields }) => (
        <li key={id}>
          {say("changes.changed")} {title(after, id)}
          <ul>
            {fields.map((change) => (
              <li key={change.key}>
                <Field card={after.cards[id]} change={change} before={before} after={after} />
              </li>
            ))}
          </ul>
        </li>
      ))}
      {changes.added.map((id) => (
        <li key={id}>
          {say("changes.added")} {title(after, id)}
        </li>
      ))}
      {changes.removed.map((id) => (
        <li key={id}>
          {say("changes.removed")} {title(before, id)}
        </li>
      ))}
    </ul>
  );
}

interface FieldProps {
  card: Card | undefined;
  change: Change;
  before: Flow;
  after: Flow;
}

function Field({ card, change, before, after }: FieldProps) {
  const say = useWords(texts);
  const { field, of = "", number = 0, was, now } = change;
  const key = FIELDS[`${card?.kind}.${field}`] ?? FIELDS[field];
  return (
    <>
      <span class="pb-change-of" dir="auto">
        {key === undefined ? field : say(key, { of, number })}
      </span>
      {was !== null && (
        <p>
          <small>{say(now === null ? "changes.gone" : "changes.was")}</small>{" "}
          <del>
            <Words field={field} said={was} flow={before} />
          </del>
        </p>
      )}
      {now !== null && (
        <p>
          <small>{say(was === null ? "changes.new" : "changes.now")}</small>{" "}
          <ins>
            <Words field={field} said={now} flow={after} />
          </ins>
        </p>
      )}
    </>
  );
}

function Words({ field, said, flow }: { field: string; said: Said; flow: Flow }) {
  const say = useWords(texts);
  const { language } = useSpeech();
  switch (said.is) {
    case "text":
      return <bdi>{said.text}</bdi>;
    case "card":
      return <bdi>{titleOf(flow, said.id, language)}</bdi>;
    case "conditions":
      return <bdi>{said.when.map((one) => told(one, language)).join(" · ")}</bdi>;
    case "amount":
      return <bdi>{money(said, language)}</bdi>;
    case "value": {
      const { value } = said;
      const key = WORDS[`${field}.${value}`];
      if (key !== undefined) return <>{say(key)}</>;
      if (field === "kind") return <>{nameOf({ kind: value } as Card, language)}</>;
      if (typeof value === "boolean") return <>{say(value ? "changes.yes" : "changes.no")}</>;
      return <bdi>{String(value)}</bdi>;
    }
  }
}

/** What the fields of cards are called; those whose names differ by kind, under it. */
const FIELDS: Readonly<Record<string, Key>> = {
  "message.text": "form.message",
  "question.text": "form.question",
  "capture.text": "form.asks",
  "end.text": "form.goodbye",
  "capture.label": "form.fieldLabel",
  label: "changes.label",
  leadsTo: "changes.leadsTo",
  order: "changes.order",
  case: "changes.case",
  caseLeadsTo: "changes.caseLeadsTo",
  otherwise: "changes.otherwise",
  next: "form.then",
  kind: "changes.kind",
  online_message: "form.online",
  wait_time_s: "form.wait",
  show_queue_position: "form.place",
  offline_message: "form.offline",
  "outside.online_message": "form.onlineOutside",
  "outside.offline_message": "form.offlineOutside",
  "outside.note": "form.noteOutside",
  offline_flow: "form.offlineFlow",
  field: "form.field",
  key: "changes.key",
  type: "form.type",
  options: "form.options",
  least: "form.least",
  most: "form.most",
  retry_text: "form.retry",
  qualified: "form.qualified",
  follow_up: "form.followUp",
  title: "form.title",
  note: "form.note",
  deal_value_minor: "form.value",
  currency: "changes.currency",
  due_in_days: "form.due",
  deal_value_field: "form.valueField",
  due_field: "form.dueField",
};

/** Values that have a name of their own. */
const WORDS: Readonly<Record<string, Key>> = {
  "field.name": "form.field.name",
  "field.email": "form.field.email",
  "field.phone": "form.field.phone",
  "field.company": "form.field.company",
  "field.free": "form.field.free",
  "type.text": "form.type.text",
  "type.number": "form.type.number",
  "type.date": "form.type.date",
  "type.choice": "form.type.choice",
  "follow_up.lead": "form.followUp.lead",
  "follow_up.deal": "form.followUp.deal",
  "follow_up.activity": "form.followUp.activity",
  "qualified.true": "form.isQualified",
  "qualified.false": "form.isDisqualified",
};
