import { Fragment } from "preact";
import { conversationPath, type Known, knownOf, nameOf } from "../../models/leads";
import type { Outcome } from "../../wire/types";
import { useInbox } from "../context";
import { Cause } from "../details/outcomes";
import { useWords } from "../playbooks/words";
import { follows } from "../router";
import { Avatar } from "../ui/avatar";
import { Time } from "../ui/time";
import { words } from "./words";

/** A lead, a deal or an activity: about whom, what was known of them, who made it and when, and where it was said. */
export function LeadRow({ outcome }: { outcome: Outcome }) {
  const { t, format } = useInbox();
  const { title, note, value_minor: minor, currency, activity_kind: activity, due_at: due } = outcome;
  const known = knownOf(outcome);
  return (
    <>
      <Avatar name={nameOf(known) ?? title} />
      <article class="row-words">
        <header>
          {activity !== null && <span class="tag">{t(`outcomes.${activity}`)}</span>}
          <strong dir="auto">{title}</strong>
          {minor !== null && currency !== null && <span class="amount">{format.money(minor, currency)}</span>}
        </header>
        {due !== null && <p>{t("outcomes.due", { at: `${format.date(due)}, ${format.time(due)}` })}</p>}
        {known.length > 0 && <Facts known={known} />}
        {note !== null && (
          <p class="pre" dir="auto">
            {note}
          </p>
        )}
        <small>
          <Maker outcome={outcome} /> · <Time at={outcome.created_at} />
        </small>
        <Whence outcome={outcome} />
      </article>
    </>
  );
}

function Facts({ known }: { known: readonly Known[] }) {
  const say = useWords(words);
  return (
    <dl class="facts">
      {known.map((one) => (
        <Fragment key={one.field ?? `free ${one.label}`}>
          <dt dir="auto">{one.field === null ? one.label : say(one.field)}</dt>
          <dd>
            <bdi>{one.value}</bdi>
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** An agent, or a card of the bot's; then in which playbook. */
function Maker({ outcome }: { outcome: Outcome }) {
  const say = useWords(words);
  if (outcome.playbook_name === null) return <Cause outcome={outcome} />;
  return <>{say("byBotOf", { playbook: outcome.playbook_name })}</>;
}

/** The way to its conversation, where there is one. */
function Whence({ outcome }: { outcome: Outcome }) {
  const say = useWords(words);
  const path = conversationPath(outcome);
  if (path === null) return <small>{say("without")}</small>;
  return (
    <a href={path} aria-label={say("openOf", { title: outcome.title })} onClick={follows(path)}>
      {say("open")}
    </a>
  );
}
