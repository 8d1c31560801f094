import { useState } from "preact/hooks";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { LineField } from "../ui/line-field";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";

interface RenameProps {
  name: string;
  rename: (name: string) => Promise<void>;
  onClose: () => void;
}

/** Another name; only the team sees it. */
export function Rename({ name, rename, onClose }: RenameProps) {
  const { t } = useInbox();
  const [typed, setTyped] = useState(name);
  const { busy, problem, send } = useSending();
  return (
    <Dialog title={t("chatbot.renameTitle", { name })} onClose={onClose}>
      <form
        class="form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void send(() => rename(typed.trim())).then((done) => done && onClose());
        }}
      >
        <LineField label={t("chatbot.name")} maxLength={120} value={typed} onValue={setTyped} />
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
