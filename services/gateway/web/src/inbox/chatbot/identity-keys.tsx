import { useState } from "preact/hooks";
import type { IdentityKey, NewIdentityKey, IdentityKeys as Told } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Confirm } from "../ui/confirm";
import { Copy } from "../ui/copy";
import { Dialog } from "../ui/dialog";
import { useLoaded } from "../ui/loaded";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { Failure, Skeleton } from "../ui/states";
import { Time } from "../ui/time";

const PATH = "gateway/identity-keys";
const KEYS_MAX = 2;

/** The keys by which the company's own servers sign who a visitor is; owners make and end them. */
export function IdentityKeys() {
  const { t, api } = useInbox();
  const loaded = useLoaded("identity-keys", () => api.get<Told>(PATH));
  const { busy, problem, send } = useSending();
  const [made, setMade] = useState<NewIdentityKey | null>(null);
  const make = async () => {
    setMade(await api.post<NewIdentityKey>(PATH));
    await loaded.again();
  };
  const keys = loaded.value?.items;
  return (
    <section class="panel" aria-labelledby="identity-keys">
      <h2 id="identity-keys">{t("identity.title")}</h2>
      <p class="page-lead">{t("identity.text")}</p>
      {keys === undefined && loaded.problem === null && <Skeleton lines={1} />}
      {loaded.problem !== null && <Failure problem={loaded.problem} onRetry={() => void loaded.again()} />}
      {keys !== undefined && keys.length > 0 && (
        <ul class="rows" aria-labelledby="identity-keys">
          {keys.map((key) => (
            <li key={key.kid}>
              <KeyRow identityKey={key} again={loaded.again} />
            </li>
          ))}
        </ul>
      )}
      {keys !== undefined && (
        <Button
          busy={busy}
          reason={keys.length >= KEYS_MAX ? t("problem.too_many_identity_keys") : null}
          onClick={() => void send(make)}
        >
          {t("identity.make")}
        </Button>
      )}
      <Refusal problem={problem} />
      {made !== null && <NewKey made={made} onClose={() => setMade(null)} />}
    </section>
  );
}

/** The secret, for the only time that it is shown. */
function NewKey({ made, onClose }: { made: NewIdentityKey; onClose: () => void }) {
  const { t } = useInbox();
  return (
    <Dialog title={t("identity.madeTitle")} onClose={onClose} wide>
      <p>{t("identity.madeText")}</p>
      <Copy label={t("identity.kid")} text={made.kid} />
      <Copy label={t("identity.secret")} text={made.secret} hint={t("identity.secretHint")} />
      <div class="dialog-buttons">
        <Button kind="primary" onClick={onClose}>
          {t("pages.done")}
        </Button>
      </div>
    </Dialog>
  );
}

function KeyRow({ identityKey, again }: { identityKey: IdentityKey; again: () => Promise<void> }) {
  const { t, api } = useInbox();
  const [ending, setEnding] = useState(false);
  const { kid, made_at: madeAt, used_at: usedAt } = identityKey;
  const end = async () => {
    await api.post(`${PATH}/${encodeURIComponent(kid)}/end`);
    await again();
  };
  return (
    <>
      <div class="row-words">
        <strong class="mono">{kid}</strong>
        <small>
          {t("identity.madeAt")} <Time at={madeAt} /> ·{" "}
          {usedAt === null ? (
            t("identity.unused")
          ) : (
            <>
              {t("account.usedAt")} <Time at={usedAt} />
            </>
          )}
        </small>
      </div>
      <Button aria-label={t("identity.endOf", { kid })} onClick={() => setEnding(true)}>
        {t("identity.end")}
      </Button>
      {ending && (
        <Confirm
          title={t("identity.endOf", { kid })}
          action={t("identity.end")}
          danger
          run={end}
          onClose={() => setEnding(false)}
        >
          <p>{t("identity.endText")}</p>
        </Confirm>
      )}
    </>
  );
}
