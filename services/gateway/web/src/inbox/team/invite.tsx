import { useRef, useState } from "preact/hooks";
import { addressOf, ROLES, type Role } from "../../models/team";
import type { Link } from "../../wire/types";
import { useInbox } from "../context";
import { problemText } from "../problem-text";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { keyOf } from "../ui/key-of";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { LinkDialog } from "./link-dialog";
import type { Refresh } from "./team";

/** What stands at the address, and not below the form. */
const OF_ADDRESS = ["already_invited", "already_joined", "too_many_accounts"];

/** Invites somebody by their address; the link is shown once, to be sent by whatever way one likes. */
export function Invite({ refresh }: { refresh: Refresh }) {
  const { t, api, format } = useInbox();
  const { busy, problem, send } = useSending();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const [link, setLink] = useState<{ whose: string; address: string } | null>(null);
  const keys = useRef(keyOf());
  const invite = async () => {
    const body = { email: email.trim(), role };
    const told = await api.post<Link>("gateway/agents/invite", body, { key: keys.current(body) });
    keys.current = keyOf();
    setLink({ whose: body.email, address: addressOf(location.origin, "join", told.link) });
    setEmail("");
    refresh((members) => members.some((member) => member.agent_id === told.agent_id));
  };
  const atAddress = problem !== null && OF_ADDRESS.includes(problem.code);
  return (
    <section class="panel" aria-labelledby="team-invite">
      <h2 id="team-invite">{t("team.invite")}</h2>
      <form
        class="form-row"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void send(invite);
        }}
      >
        <Field label={t("team.email")} error={atAddress ? problemText(problem, t, format) : null}>
          {(wiring) => (
            <input
              {...wiring}
              type="email"
              required
              maxLength={254}
              autocomplete="off"
              value={email}
              onInput={(input) => setEmail(input.currentTarget.value)}
            />
          )}
        </Field>
        <div class="narrow">
          <Field label={t("team.role")}>
            {(wiring) => (
              <select
                {...wiring}
                value={role}
                onChange={(change) =>
                  setRole(ROLES.find((one) => one === change.currentTarget.value) ?? "agent")
                }
              >
                {ROLES.map((one) => (
                  <option key={one} value={one}>
                    {t(`team.${one}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        <Button kind="primary" type="submit" busy={busy}>
          {t("team.inviteNow")}
        </Button>
      </form>
      <p class="page-lead">{t(`team.${role}Text`)}</p>
      {!atAddress && <Refusal problem={problem} />}
      {link !== null && (
        <LinkDialog
          title={t("team.joinLinkTitle", { name: link.whose })}
          text={t("team.joinLinkText")}
          address={link.address}
          onClose={() => setLink(null)}
        />
      )}
    </section>
  );
}
