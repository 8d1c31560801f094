import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import type { Blocking } from "./block";

export function BlockDialog({ block, onClose }: { block: Blocking; onClose: () => void }) {
  const { t } = useInbox();
  return (
    <Dialog title={t("block.title")} onClose={onClose}>
      <p>{t("block.text")}</p>
      <form
        class="entry-form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          const reason = new FormData(submitted.currentTarget).get("reason");
          onClose();
          void block.block(String(reason ?? ""));
        }}
      >
        <Field label={t("block.reason")}>
          {(wiring) => <input {...wiring} name="reason" maxLength={500} autocomplete="off" />}
        </Field>
        <div class="dialog-buttons">
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button kind="danger" type="submit">
            {t("block.confirm")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
