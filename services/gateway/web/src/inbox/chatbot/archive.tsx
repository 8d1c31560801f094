import type { Playbook } from "../../wire/types";
import { useInbox } from "../context";
import { Confirm } from "../ui/confirm";

interface ArchiveProps {
  playbook: Playbook;
  onGone: () => void;
  onClose: () => void;
}

/** Puts a playbook away for good, once that is confirmed. */
export function Archive({ playbook, onGone, onClose }: ArchiveProps) {
  const { t, api, toast } = useInbox();
  const archive = async () => {
    await api.post(`playbook/playbooks/${playbook.playbook_id}/archive`);
    toast(t("chatbot.archived"));
    onGone();
  };
  return (
    <Confirm
      title={t("chatbot.archiveTitle", { name: playbook.name })}
      action={t("chatbot.archive")}
      danger
      run={archive}
      onClose={onClose}
    >
      <p>{t("chatbot.archiveText")}</p>
    </Confirm>
  );
}
