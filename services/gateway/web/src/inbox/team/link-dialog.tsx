import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Copy } from "../ui/copy";
import { Dialog } from "../ui/dialog";

interface LinkDialogProps {
  title: string;
  text: string;
  address: string;
  onClose: () => void;
}

/** A one-time link, for the only time that it is shown. */
export function LinkDialog({ title, text, address, onClose }: LinkDialogProps) {
  const { t } = useInbox();
  return (
    <Dialog title={title} onClose={onClose} wide>
      <p>{text}</p>
      <Copy label={t("team.link")} text={address} hint={t("team.linkOnce")} />
      <div class="dialog-buttons">
        <Button kind="primary" onClick={onClose}>
          {t("pages.done")}
        </Button>
      </div>
    </Dialog>
  );
}
