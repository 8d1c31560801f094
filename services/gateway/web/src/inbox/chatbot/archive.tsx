import { useInbox } from "../context";
import { Confirm } from "../ui/confirm";

interface ArchiveProps {
  playbookId: string;
  name: string;
  onGone: () => void;
  onClose: () => void;
}

/** Puts a playbook away for good, once that is confirmed. */
export function Archive({ playbookId, name, onGone, onClose }: ArchiveProps) {
  const { t, api, toast } = useInbox();
  const archive = async () => {
    await api.post(`playbook/playbooks/${playbookId}/archive`);
    toast(t("chatbot.archived"));
    onGone();
  };
  return (
    <Confirm
      title={t("chatbot.archiveTitle", { name })}
      action={t("chatbot.archive")}
      danger
      run={archive}
      onClose={onClose}
    >
      <p>{t("chatbot.archiveText")}</p>
    </Confirm>
  );
}
