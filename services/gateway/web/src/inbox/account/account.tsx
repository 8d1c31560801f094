import "../styles/pages.css";
import { useInbox } from "../context";
import { NoticeSettings } from "../notices/notice-settings";
import { Look } from "./look";
import { PasswordForm } from "./password";
import { Profile } from "./profile";
import { Sessions } from "./sessions";

/** One's own account: what visitors call one, the password, this browser's looks, keys and notifications, the sessions. */
export function Account() {
  const { t } = useInbox();
  return (
    <section class="page" aria-labelledby="page-title">
      <div class="page-head">
        <h1 id="page-title">{t("pages.account")}</h1>
      </div>
      <Profile />
      <Look />
      <NoticeSettings />
      <PasswordForm />
      <Sessions />
    </section>
  );
}
