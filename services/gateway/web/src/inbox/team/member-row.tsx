import { useState } from "preact/hooks";
import { isLastOwner, labelOf, ROLES, type Role } from "../../models/team";
import type { Member } from "../../wire/types";
import { useInbox } from "../context";
import { Avatar } from "../ui/avatar";
import { Menu, type MenuItem } from "../ui/menu";
import { Time } from "../ui/time";
import { NewLink } from "./new-link";
import { RemoveMember } from "./remove-member";
import { RoleChange } from "./role-change";
import type { Refresh } from "./team";

interface MemberRowProps {
  member: Member;
  members: readonly Member[];
  refresh: Refresh;
}

/** One of the team: who, as what, whether they are online; for owners with what can be done. */
export function MemberRow({ member, members, refresh }: MemberRowProps) {
  const { t, me, store } = useInbox();
  const label = labelOf(member) || t("team.unnamed");
  const online = store.agents.value.get(member.agent_id)?.online ?? member.online;
  const mine = member.agent_id === me.agent_id;
  return (
    <>
      <Avatar name={label} />
      <div class="row-words">
        <strong>
          <bdi>{label}</bdi>
          {mine && ` ${t("team.you")}`}
        </strong>
        {member.email !== null && member.name !== null && <small>{member.email}</small>}
        <small>
          <Since member={member} />
        </small>
        <ResetLink member={member} members={members} />
      </div>
      <div class="row-marks">
        {member.state === "joined" && (
          <span class={online ? "badge good" : "badge soft"}>
            {online ? t("presence.online") : t("presence.offline")}
          </span>
        )}
        {member.state !== "removed" && <span class="badge">{t(`team.${member.role}`)}</span>}
        {me.role === "owner" && member.state !== "removed" && (
          <Doings member={member} members={members} refresh={refresh} label={label} mine={mine} />
        )}
      </div>
    </>
  );
}

function Since({ member }: { member: Member }) {
  const { t } = useInbox();
  if (member.state === "removed" && member.removed_at !== null) {
    return (
      <>
        {t("team.removedAt")} <Time at={member.removed_at} />
      </>
    );
  }
  return (
    <>
      {member.joined_at === null ? t("team.invitedAt") : t("team.joinedAt")}{" "}
      <Time at={member.joined_at ?? member.invited_at} />
    </>
  );
}

/** Who made the last link to another password, as long as nobody has used it; only owners are told. */
function ResetLink({ member, members }: { member: Member; members: readonly Member[] }) {
  const { t, me } = useInbox();
  const { reset_link_by: by, reset_link_at: at } = member;
  if (by === null || at === null) return null;
  const maker = members.find((one) => one.agent_id === by);
  const name = (maker && labelOf(maker)) || t("team.unnamed");
  const who = by === "command_line" ? t("team.linkByOperator") : t("team.linkBy", { name });
  return (
    <small>
      {by === me.agent_id ? t("team.linkByYou") : who} · <Time at={at} />
    </small>
  );
}

interface DoingsProps extends MemberRowProps {
  label: string;
  mine: boolean;
}

/** What owners can do about somebody, and the dialog of what they are doing. */
function Doings({ member, members, refresh, label, mine }: DoingsProps) {
  const { t } = useInbox();
  const [doing, setDoing] = useState<"link" | "remove" | Role | null>(null);
  const close = () => setDoing(null);
  const last = isLastOwner(member, members) ? t("problem.last_owner") : undefined;
  const roles: MenuItem[] = ROLES.map((role) => ({
    label: t(`team.as.${role}`),
    checked: role === member.role,
    ...(last !== undefined && role !== "owner" ? { reason: last } : {}),
    onSelect: () => {
      if (role !== member.role) setDoing(role);
    },
  }));
  const items: MenuItem[] = [
    ...roles,
    {
      label: member.state === "invited" ? t("team.newJoinLink") : t("team.newResetLink"),
      onSelect: () => setDoing("link"),
    },
    {
      label: member.state === "invited" ? t("team.withdraw") : t("team.remove"),
      danger: true,
      ...(last === undefined ? {} : { reason: last }),
      onSelect: () => setDoing("remove"),
    },
  ];
  return (
    <>
      <Menu label={t("team.menuOf", { name: label })} button="…" kind="quiet" items={items} />
      {doing === "link" && <NewLink member={member} label={label} refresh={refresh} onClose={close} />}
      {doing === "remove" && (
        <RemoveMember member={member} label={label} mine={mine} refresh={refresh} onClose={close} />
      )}
      {doing !== null && doing !== "link" && doing !== "remove" && (
        <RoleChange
          member={member}
          role={doing}
          label={label}
          mine={mine}
          refresh={refresh}
          onClose={close}
        />
      )}
    </>
  );
}
