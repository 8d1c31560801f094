import type { Role } from "../../models/team";
import type { Member } from "../../wire/types";
import { useInbox } from "../context";
import { Confirm } from "../ui/confirm";
import type { Refresh } from "./team";

interface RoleChangeProps {
  member: Member;
  role: Role;
  label: string;
  mine: boolean;
  refresh: Refresh;
  onClose: () => void;
}

/** Gives somebody another role, having said what they may do in it. */
export function RoleChange({ member, role, label, mine, refresh, onClose }: RoleChangeProps) {
  const { t, api, refreshMe } = useInbox();
  const id = member.agent_id;
  const change = async () => {
    await api.post(`gateway/agents/${id}/role`, { role });
    refresh((members) => members.some((one) => one.agent_id === id && one.role === role));
    if (mine) await refreshMe();
  };
  return (
    <Confirm
      title={t("team.roleTitle", { name: label, role: t(`team.${role}`) })}
      action={t("team.roleNow")}
      run={change}
      onClose={onClose}
    >
      <p>{t(`team.${role}Text`)}</p>
      {mine && <p class="note">{t("team.roleSelf")}</p>}
    </Confirm>
  );
}
