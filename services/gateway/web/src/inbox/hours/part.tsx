import "../styles/pages.css";
import { Fragment } from "preact";
import { DAYS, dateName, dayName, draftOf, type Typed } from "../../models/hours";
import type { BusinessHours, Hours } from "../../wire/types";
import { useInbox } from "../context";
import { useWords } from "../playbooks/words";
import { useLoaded } from "../ui/loaded";
import { Failure, Skeleton } from "../ui/states";
import page from "./hours.css?inline";
import { HoursForm } from "./hours-form";
import { words } from "./words";

/** The styles come with the page that needs them. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(page);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

/** When the team is there: owners set it, everybody else reads it. */
export function Part() {
  const { t, me, api } = useInbox();
  const say = useWords(words);
  const loaded = useLoaded("hours", () => api.get<Hours>("gateway/hours"));
  const told = loaded.value;
  return (
    <section class="page" aria-labelledby="page-title">
      <div class="page-head">
        <h1 id="page-title">{t("pages.hours")}</h1>
      </div>
      <p class="page-lead">{say("lead")}</p>
      {told === null && loaded.problem === null && <Skeleton lines={4} />}
      {loaded.problem !== null && <Failure problem={loaded.problem} onRetry={() => void loaded.again()} />}
      {told !== null &&
        (me.role === "owner" ? (
          <HoursForm key={told.revision} told={told} again={loaded.again} />
        ) : (
          <Told hours={told.hours} />
        ))}
    </section>
  );
}

/** The hours for those who do not set them. */
function Told({ hours }: { hours: BusinessHours | null }) {
  const { language } = useInbox();
  const say = useWords(words);
  if (hours === null)
    return (
      <section class="panel">
        <p>{say("always")}</p>
        <p class="page-lead">{say("owners")}</p>
      </section>
    );
  const { zone, week, special } = draftOf(hours);
  const said = (intervals: readonly Typed[]) =>
    intervals.map(({ opens, closes }) => `${opens}–${closes}`).join(", ") || say("closed");
  return (
    <section class="panel" aria-labelledby="hours-when">
      <h2 id="hours-when">{say("within")}</h2>
      <dl class="facts hours-list">
        {DAYS.map((day) => (
          <Fragment key={day}>
            <dt>{dayName(day, language)}</dt>
            <dd>{said(week[day])}</dd>
          </Fragment>
        ))}
        {special.map(({ date, intervals }) => (
          <Fragment key={date}>
            <dt>{dateName(date, language)}</dt>
            <dd>{said(intervals)}</dd>
          </Fragment>
        ))}
        <dt>{say("zone")}</dt>
        <dd>{zone}</dd>
      </dl>
      <p class="page-lead">{say("owners")}</p>
    </section>
  );
}
