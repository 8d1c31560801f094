import { COMMANDS, KEYS } from "../../models/keys";
import { useInbox } from "../context";
import { singleKeys } from "../settings";
import { Dialog } from "../ui/dialog";
import { shown } from "./run";

/** All keys, and how single ones are switched off. */
export function Help() {
  const { t } = useInbox();
  const close = () => {
    shown.value = null;
  };
  const row = (keys: string, text: string) => (
    <tr key={text}>
      <th scope="row">{text}</th>
      <td>
        <kbd>{keys}</kbd>
      </td>
    </tr>
  );
  return (
    <Dialog title={t("shell.help")} onClose={close}>
      <table class="keys">
        <tbody>
          {COMMANDS.map((command) => row(KEYS[command], t(`keys.${command}`)))}
          {row("Enter", t("keys.open"))}
          {row("Enter", t("keys.send"))}
          {row("Shift+Enter", t("keys.line"))}
          {row("Ctrl+S", t("keys.save"))}
          {row("Esc", t("keys.escape"))}
        </tbody>
      </table>
      <label class="check">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={(change) => {
            singleKeys.value = change.currentTarget.checked;
          }}
        />
        {t("keys.single")}
      </label>
    </Dialog>
  );
}
