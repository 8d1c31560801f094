import { useState } from "preact/hooks";
import { addressOf } from "../../models/team";
import type { Link, Member } from "../../wire/types";
import { useInbox } from "../context";
import { Confirm } from "../ui/confirm";
import { LinkDialog } from "./link-dialog";
import type { Refresh } from "./team";

interface NewLinkProps {
  member: Member;
  label: string;
  refresh: Refresh;
  onClose: () => void;
}

/** Another one-time link: to join, or to set another password. It ends the one before, so it is asked for first. */
export function NewLink({ member, label, refresh, onClose }: NewLinkProps) {
  const { t, api } = useInbox();
  const [address, setAddress] = useState<string | null>(null);
  const kind = member.state === "invited" ? "join" : "reset";
  const isTold = (one: Member) =>
    one.agent_id === member.agent_id && one.reset_link_at !== member.reset_link_at;
  const ask = async () => {
    const told =
      kind === "join"
        ? await api.post<Link>("gateway/agents/invite", { email: member.email ?? "", role: member.role })
        : await api.post<Link>(`gateway/agents/${member.agent_id}/reset-link`);
    setAddress(addressOf(location.origin, kind, told.link));
    if (kind === "reset") refresh((members) => members.some(isTold));
  };
  if (address !== null) {
    return (
      <LinkDialog
        title={t(`team.${kind}LinkTitle`, { name: label })}
        text={t(`team.${kind}LinkText`)}
        address={address}
        onClose={onClose}
      />
    );
  }
  const title = kind === "join" ? t("team.newJoinLink") : t("team.newResetLink");
  return (
    <Confirm title={title} action={t("team.makeLink")} run={ask} onClose={onClose} onDone={() => undefined}>
      <p>{t("team.newLinkText", { name: label })}</p>
    </Confirm>
  );
}
