import { useEffect, useState } from "preact/hooks";
import { Problem } from "../../wire/problem";
import type { ListedPlaybook, Playbook } from "../../wire/types";
import { useInbox } from "../context";
import { exported } from "../playbooks/carrying";
import { Duplicate } from "../playbooks/copying";
import { SwitchOff } from "../playbooks/switching-off";
import { texts } from "../playbooks/texts";
import { useWords } from "../playbooks/words";
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
  const { archived = false } = playbook ?? {};
  // The list is a read model: for a moment it may still tell of what was put away.
  useEffect(() => {
    if (archived) onGone();
  }, [archived]);
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

type Asked = "sites" | "snippet" | "rename" | "duplicate" | "off" | "archive";

function Doings({ playbook, again, onGone }: DoingsProps) {
  const { t, toast, api, go } = useInbox();
  const say = useWords(texts);
  const { busy, problem, send } = useSending();
  const [open, setOpen] = useState<Asked | null>(null);
  const { playbook_id: id, name } = playbook;
  const path = `playbook/playbooks/${id}`;
  const run = async (name: "activate" | "deactivate", done: string) => {
    await api.post(`${path}/${name}`);
    await again();
    toast(done);
  };
  const publish = async () => {
    const headers = { "if-match": `"${playbook.version ?? 1}"` };
    try {
      await api.post(`${path}/publish`, {}, { headers });
    } catch (error) {
      // What stands here now is what the next press publishes.
      if (error instanceof Problem && error.code === "playbook_changed") await again();
      throw error;
    }
    await again();
    toast(t("chatbot.nowPublished"));
  };
  const { active = false, published = 0, draft_changed: changed = false } = playbook;
  const close = () => setOpen(null);
  return (
    <>
      <div class="row">
        <Button onClick={() => go(editorOf(playbook.playbook_id))}>{t("chatbot.edit")}</Button>
        {active ? (
          <Button onClick={() => setOpen("off")}>{t("chatbot.deactivate")}</Button>
        ) : (
          <Button
            kind={published === 0 ? "plain" : "primary"}
            busy={busy}
            reason={published === 0 ? t("problem.playbook_not_published") : null}
            onClick={() => void send(() => run("activate", t("chatbot.activated")))}
          >
            {t("chatbot.activate")}
          </Button>
        )}
        {(published === 0 || changed) && (
          <Button kind={published === 0 ? "primary" : "plain"} busy={busy} onClick={() => void send(publish)}>
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
            { label: say("more.duplicate"), onSelect: () => setOpen("duplicate") },
            {
              label: say("more.export"),
              onSelect: () =>
                void send(async () => {
                  await exported(api, id);
                  toast(say("export.done"));
                }),
            },
            { label: t("chatbot.archive"), danger: true, onSelect: () => setOpen("archive") },
          ]}
        />
      </div>
      <Refusal problem={problem} />
      <Problems problem={problem} />
      {open === "sites" && <Sites playbook={playbook} again={again} onClose={close} />}
      {open === "rename" && (
        <Rename
          name={name}
          rename={async (other) => {
            await api.post(`${path}/name`, { name: other });
            await again();
          }}
          onClose={close}
        />
      )}
      {open === "duplicate" && <Duplicate playbookId={id} name={name} onClose={close} />}
      {open === "off" && (
        <SwitchOff name={name} run={() => run("deactivate", t("chatbot.deactivated"))} onClose={close} />
      )}
      {open === "archive" && <Archive playbookId={id} name={name} onGone={onGone} onClose={close} />}
      {open === "snippet" && <SnippetDialog playbookId={playbook.playbook_id} onClose={close} />}
    </>
  );
}
