import type { Member } from "../../wire/types";
import { useInbox } from "../context";
import { Confirm } from "../ui/confirm";
import type { Refresh } from "./team";

interface RemoveMemberProps {
  member: Member;
  label: string;
  mine: boolean;
  refresh: Refresh;
  onClose: () => void;
}

/** Takes somebody out of the workspace, having said what that does. */
export function RemoveMember({ member, label, mine, refresh, onClose }: RemoveMemberProps) {
  const { t, api } = useInbox();
  const { agent_id: id, state } = member;
  const remove = async () => {
    await api.post(`gateway/agents/${id}/remove`);
    refresh((members) => members.some((one) => one.agent_id === id && one.state === "removed"));
  };
  const invited = state === "invited";
  return (
    <Confirm
      title={t(invited ? "team.withdrawTitle" : "team.removeTitle", { name: label })}
      action={t(invited ? "team.withdraw" : "team.remove")}
      danger
      run={remove}
      onClose={onClose}
    >
      <p>{t(invited ? "team.withdrawText" : "team.removeText", { name: label })}</p>
      {mine && <p class="note">{t("team.removeSelf")}</p>}
    </Confirm>
  );
}
