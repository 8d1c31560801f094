import { LANGUAGES } from "../../i18n/texts";
import { useInbox } from "../context";
import { shown } from "../keys/run";
import { NAMES } from "../language";
import { Avatar } from "../ui/avatar";
import { Menu } from "../ui/menu";

export function AccountMenu() {
  const { t, me, go, language, setLanguage, signOut } = useInbox();
  return (
    <Menu
      kind="account"
      label={t("shell.accountOf", { name: me.name })}
      button={
        <>
          <Avatar name={me.name} small />
          <span class="clip">{me.name}</span>
        </>
      }
      items={[
        { label: t("shell.account"), onSelect: () => go("/inbox/account") },
        ...LANGUAGES.map((one) => ({
          label: NAMES[one],
          checked: one === language,
          onSelect: () => setLanguage(one),
        })),
        {
          label: t("shell.help"),
          onSelect: () => {
            shown.value = "help";
          },
        },
        { label: t("shell.signOut"), onSelect: signOut },
      ]}
    />
  );
}
