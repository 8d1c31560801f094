import { useState } from "preact/hooks";
import type { Playbook } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { LineField } from "../ui/line-field";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";

interface RenameProps {
  playbook: Playbook;
  again: () => Promise<void>;
  onClose: () => void;
}

/** Another name; only the team sees it. */
export function Rename({ playbook, again, onClose }: RenameProps) {
  const { t, api } = useInbox();
  const [name, setName] = useState(playbook.name);
  const { busy, problem, send } = useSending();
  const rename = async () => {
    await api.post(`playbook/playbooks/${playbook.playbook_id}/name`, { name: name.trim() });
    await again();
  };
  return (
    <Dialog title={t("chatbot.renameTitle", { name: playbook.name })} onClose={onClose}>
      <form
        class="form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void send(rename).then((done) => done && onClose());
        }}
      >
        <LineField label={t("chatbot.name")} maxLength={120} value={name} onValue={setName} />
        <Refusal problem={problem} />
        <div class="dialog-buttons">
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {t("chatbot.rename")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
