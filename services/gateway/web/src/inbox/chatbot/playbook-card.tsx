import { useState } from "preact/hooks";
import type { ListedPlaybook, Playbook } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { useLoaded } from "../ui/loaded";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { Failure, Skeleton } from "../ui/states";
import { Time } from "../ui/time";
import { Problems } from "./problems";
import { Sites } from "./sites";
import { SnippetDialog } from "./snippet";

/** One playbook: how it stands, where it may be shown, and what can be done about that. */
export function PlaybookCard({ listed }: { listed: ListedPlaybook }) {
  const { api } = useInbox();
  const path = `playbook/playbooks/${listed.playbook_id}`;
  const loaded = useLoaded(path, () => api.get<Playbook>(path));
  const playbook = loaded.value;
  return (
    <article class="panel playbook" aria-label={listed.name}>
      <div class="page-head">
        <h2 dir="auto">{playbook?.name ?? listed.name}</h2>
        {playbook !== null && <Marks playbook={playbook} />}
      </div>
      {playbook === null && loaded.problem === null && <Skeleton lines={2} />}
      {playbook === null && loaded.problem !== null && (
        <Failure problem={loaded.problem} onRetry={() => void loaded.again()} />
      )}
      {playbook !== null && (
        <>
          <Facts playbook={playbook} changedAt={listed.changed_at} />
          <Doings playbook={playbook} again={loaded.again} />
        </>
      )}
    </article>
  );
}

function Marks({ playbook }: { playbook: Playbook }) {
  const { t } = useInbox();
  const { active = false, published = 0, draft_changed: changed = false } = playbook;
  return (
    <div class="row-marks">
      <span class={active ? "badge good" : "badge soft"}>
        {active ? t("chatbot.active") : t("chatbot.inactive")}
      </span>
      <span class="badge">
        {published > 0 ? t("chatbot.published", { number: published }) : t("chatbot.unpublished")}
      </span>
      {published > 0 && changed && <span class="badge warn">{t("chatbot.changed")}</span>}
    </div>
  );
}

function Facts({ playbook, changedAt }: { playbook: Playbook; changedAt: string }) {
  const { t } = useInbox();
  const sites = playbook.sites ?? [];
  return (
    <dl class="facts">
      <dt>{t("chatbot.bot")}</dt>
      <dd dir="auto">{playbook.look.bot_name}</dd>
      <dt>{t("chatbot.sites")}</dt>
      <dd>{sites.length === 0 ? t("chatbot.noSites") : sites.join(", ")}</dd>
      <dt>{t("chatbot.changedAt")}</dt>
      <dd>
        <Time at={changedAt} />
      </dd>
    </dl>
  );
}

function Doings({ playbook, again }: { playbook: Playbook; again: () => Promise<void> }) {
  const { t, api, toast } = useInbox();
  const { busy, problem, send } = useSending();
  const [open, setOpen] = useState<"sites" | "snippet" | null>(null);
  const path = `playbook/playbooks/${playbook.playbook_id}`;
  const command = (name: "publish" | "activate" | "deactivate", done: string) =>
    void send(async () => {
      await api.post(`${path}/${name}`);
      await again();
      toast(done);
    });
  const { active = false, published = 0, draft_changed: changed = false } = playbook;
  const unpublished = published === 0 ? t("problem.playbook_not_published") : null;
  return (
    <>
      <div class="row">
        {active ? (
          <Button busy={busy} onClick={() => command("deactivate", t("chatbot.deactivated"))}>
            {t("chatbot.deactivate")}
          </Button>
        ) : (
          <Button
            kind={published === 0 ? "plain" : "primary"}
            busy={busy}
            reason={unpublished}
            onClick={() => command("activate", t("chatbot.activated"))}
          >
            {t("chatbot.activate")}
          </Button>
        )}
        {(published === 0 || changed) && (
          <Button
            kind={published === 0 ? "primary" : "plain"}
            busy={busy}
            onClick={() => command("publish", t("chatbot.nowPublished"))}
          >
            {t("chatbot.publish")}
          </Button>
        )}
        <Button onClick={() => setOpen("sites")}>{t("chatbot.editSites")}</Button>
        <Button onClick={() => setOpen("snippet")}>{t("chatbot.snippet")}</Button>
      </div>
      <Refusal problem={problem} />
      <Problems problem={problem} />
      {open === "sites" && <Sites playbook={playbook} again={again} onClose={() => setOpen(null)} />}
      {open === "snippet" && (
        <SnippetDialog playbookId={playbook.playbook_id} onClose={() => setOpen(null)} />
      )}
    </>
  );
}
