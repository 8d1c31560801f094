import { useState } from "preact/hooks";
import type { ListedPlaybook, Playbook } from "../../wire/types";
import { useInbox } from "../context";
import { follows } from "../router";
import { Button } from "../ui/button";
import { useLoaded } from "../ui/loaded";
import { Menu } from "../ui/menu";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { Failure, Skeleton } from "../ui/states";
import { Time } from "../ui/time";
import { Archive } from "./archive";
import { Problems } from "./problems";
import { Rename } from "./rename";
import { Sites } from "./sites";
import { SnippetDialog } from "./snippet";

/** One playbook: how it stands, where it may be shown, and what can be done about that. */
export function PlaybookCard({ listed, onGone }: { listed: ListedPlaybook; onGone: () => void }) {
  const { api } = useInbox();
  const path = `playbook/playbooks/${listed.playbook_id}`;
  const loaded = useLoaded(path, () => api.get<Playbook>(path));
  const playbook = loaded.value;
  return (
    <article class="panel playbook" aria-label={listed.name}>
      <div class="page-head">
        <h2 dir="auto">
          <a href={editorOf(listed.playbook_id)} onClick={follows(editorOf(listed.playbook_id))}>
            {playbook?.name ?? listed.name}
          </a>
        </h2>
        {playbook !== null && <Marks playbook={playbook} />}
      </div>
      {playbook === null && loaded.problem === null && <Skeleton lines={2} />}
      {playbook === null && loaded.problem !== null && (
        <Failure problem={loaded.problem} onRetry={() => void loaded.again()} />
      )}
      {playbook !== null && (
        <>
          <Facts playbook={playbook} changedAt={listed.changed_at} />
          <Doings playbook={playbook} again={loaded.again} onGone={onGone} />
        </>
      )}
    </article>
  );
}

/** The address of a playbook's editor. */
export function editorOf(playbookId: string): string {
  return `/inbox/chatbot/${playbookId}`;
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

interface DoingsProps {
  playbook: Playbook;
  again: () => Promise<void>;
  onGone: () => void;
}

function Doings({ playbook, again, onGone }: DoingsProps) {
  const { t, toast, api, go } = useInbox();
  const { busy, problem, send } = useSending();
  const [open, setOpen] = useState<"sites" | "snippet" | "rename" | "archive" | null>(null);
  const path = `playbook/playbooks/${playbook.playbook_id}`;
  const command = (name: "publish" | "activate" | "deactivate", done: string) =>
    void send(async () => {
      await api.post(`${path}/${name}`);
      await again();
      toast(done);
    });
  const { active = false, published = 0, draft_changed: changed = false } = playbook;
  const close = () => setOpen(null);
  return (
    <>
      <div class="row">
        <Button onClick={() => go(editorOf(playbook.playbook_id))}>{t("chatbot.edit")}</Button>
        {active ? (
          <Button busy={busy} onClick={() => command("deactivate", t("chatbot.deactivated"))}>
            {t("chatbot.deactivate")}
          </Button>
        ) : (
          <Button
            kind={published === 0 ? "plain" : "primary"}
            busy={busy}
            reason={published === 0 ? t("problem.playbook_not_published") : null}
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
        <Button onClick={() => setOpen("snippet")}>{t("chatbot.snippet")}</Button>
        <Menu
          label={t("chatbot.more.of", { name: playbook.name })}
          button="…"
          items={[
            { label: t("chatbot.editSites"), onSelect: () => setOpen("sites") },
            { label: t("chatbot.rename"), onSelect: () => setOpen("rename") },
            { label: t("chatbot.archive"), danger: true, onSelect: () => setOpen("archive") },
          ]}
        />
      </div>
      <Refusal problem={problem} />
      <Problems problem={problem} />
      {open === "sites" && <Sites playbook={playbook} again={again} onClose={close} />}
      {open === "rename" && <Rename playbook={playbook} again={again} onClose={close} />}
      {open === "archive" && <Archive playbook={playbook} onGone={onGone} onClose={close} />}
      {open === "snippet" && <SnippetDialog playbookId={playbook.playbook_id} onClose={close} />}
    </>
  );
}
