import { useInbox } from "../context";
import { signOut } from "../sign-out";
import { Confirm } from "../ui/confirm";

/** Asks before one signs out who has begun something: it is not left to whoever signs in next. */
export function SigningOut() {
  const { t, store } = useInbox();
  const { signingOut } = store;
  const close = () => {
    signingOut.value = false;
  };
  if (!signingOut.value) return null;
  return (
    <Confirm
      title={t("signOut.title")}
      action={t("shell.signOut")}
      danger
      run={() => signOut(store)}
      onClose={close}
    >
      <p>{t("signOut.text")}</p>
    </Confirm>
  );
}
