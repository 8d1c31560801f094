import "../styles/pages.css";
import { askUntil } from "../../models/asking";
import { teamOf } from "../../models/team";
import type { Member } from "../../wire/types";
import { useInbox } from "../context";
import { everyPage } from "../pages";
import { useLoaded } from "../ui/loaded";
import { useOnReturn } from "../ui/on-return";
import { Failure, Skeleton } from "../ui/states";
import { Invite } from "./invite";
import { MemberRow } from "./member-row";

/** Reads the team until it tells what was just done. */
export type Refresh = (isThere: (members: readonly Member[]) => boolean) => void;

/** Who is of the workspace. Owners invite, change roles and remove; the others look. */
export function Team() {
  const { t, me, api } = useInbox();
  const loaded = useLoaded("team", () => everyPage<Member>(api, "gateway/agents"));
  useOnReturn(loaded.again);
  const refresh: Refresh = (isThere) => {
    const load = () => everyPage<Member>(api, "gateway/agents");
    void askUntil(load, isThere).then(loaded.set, () => undefined);
  };
  const members = loaded.value;
  return (
    <section class="page" aria-labelledby="page-title">
      <div class="page-head">
        <h1 id="page-title">{t("pages.team")}</h1>
      </div>
      {me.role === "owner" && <Invite refresh={refresh} />}
      {members === null && loaded.problem === null && <Skeleton lines={4} />}
      {loaded.problem !== null && <Failure problem={loaded.problem} onRetry={() => void loaded.again()} />}
      {members !== null && <Members members={members} refresh={refresh} />}
    </section>
  );
}

function Members({ members, refresh }: { members: readonly Member[]; refresh: Refresh }) {
  const { t, language } = useInbox();
  const team = teamOf(members, language);
  return (
    <>
      {(["joined", "invited", "removed"] as const).map(
        (state) =>
          team[state].length > 0 && (
            <section key={state} class="panel" aria-labelledby={`team-${state}`}>
              <h2 id={`team-${state}`}>{t(`team.${state}`)}</h2>
              <ul class="rows" aria-labelledby={`team-${state}`}>
                {team[state].map((member) => (
                  <li key={member.agent_id}>
                    <MemberRow member={member} members={members} refresh={refresh} />
                  </li>
                ))}
              </ul>
            </section>
          ),
      )}
    </>
  );
}
