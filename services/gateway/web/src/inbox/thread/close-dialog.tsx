import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { useActions } from "./actions";
import { useOpen } from "./open";

export function CloseDialog() {
  const { t } = useInbox();
  const { closing } = useOpen();
  const { close } = useActions();
  const cancel = () => {
    closing.value = false;
  };
  return (
    <Dialog title={t("close.title")} onClose={cancel}>
      <p>{t("close.text")}</p>
      <div class="dialog-buttons">
        <Button onClick={cancel}>{t("shell.cancel")}</Button>
        <Button kind="primary" onClick={close}>
          {t("close.confirm")}
        </Button>
      </div>
    </Dialog>
  );
}
