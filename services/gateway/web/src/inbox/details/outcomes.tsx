import type { Outcome } from "../../wire/types";
import { useInbox } from "../context";
import { More } from "../ui/more";
import { Failure } from "../ui/states";
import { Time } from "../ui/time";
import type { Outcomes as Kept } from "./outcomes-kept";

/** “Final outcomes created”: leads, deals and activities of this conversation, by agents and by the bot. */
export function Outcomes({ outcomes }: { outcomes: Kept }) {
  const { t } = useInbox();
  const items = outcomes.items.value;
  const problem = outcomes.problem.value;
  return (
    <section class="details-part" aria-labelledby="details-outcomes">
      <h3 id="details-outcomes">{t("outcomes.title")}</h3>
      {problem !== null && <Failure problem={problem} onRetry={() => void outcomes.read()} />}
      {items !== null && items.length === 0 && <p class="details-none">{t("outcomes.none")}</p>}
      {items !== null && items.length > 0 && (
        <ul class="details-outcomes" aria-labelledby="details-outcomes">
          {items.map((outcome) => (
            <li key={outcome.outcome_id}>
              <OutcomeItem outcome={outcome} />
            </li>
          ))}
        </ul>
      )}
      {outcomes.hasMore.value && <More load={() => outcomes.more()} label={t("outcomes.more")} />}
    </section>
  );
}

function OutcomeItem({ outcome }: { outcome: Outcome }) {
  const { t, format } = useInbox();
  const { kind, title, note, value_minor: minor, currency, due_at: due, activity_kind: activity } = outcome;
  const what = kind === "activity" && activity !== null ? t(`outcomes.${activity}`) : t(`outcomes.${kind}`);
  return (
    <article class="details-outcome">
      <header>
        <span class={`badge ${kind}`}>{what}</span>
        <strong dir="auto">{title}</strong>
        {minor !== null && currency !== null && <span class="amount">{format.money(minor, currency)}</span>}
      </header>
      {due !== null && <p>{t("outcomes.due", { at: `${format.date(due)}, ${format.time(due)}` })}</p>}
      {note !== null && (
        <p class="details-text" dir="auto">
          {note}
        </p>
      )}
      <small>
        <Cause outcome={outcome} /> · <Time at={outcome.created_at} />
      </small>
    </article>
  );
}

/** Who made it: an agent, or a card of the bot's. */
export function Cause({ outcome }: { outcome: Outcome }) {
  const { t, me, store } = useInbox();
  if (outcome.cause === "action_card") return <>{t("outcomes.byBot")}</>;
  if (outcome.by === me.agent_id) return <>{t("outcomes.byMe")}</>;
  const name = outcome.by === null ? undefined : store.nameOf(outcome.by);
  return <>{name === undefined ? t("outcomes.byAgent") : t("outcomes.by", { name })}</>;
}
