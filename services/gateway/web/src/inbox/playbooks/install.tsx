import { useState } from "preact/hooks";
import { Snippet } from "../chatbot/snippet";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { BehaviourForm } from "./behaviour";
import { useDesk } from "./open";
import { PageRules } from "./page-rules";
import { Seen } from "./seen";
import { SitesForm, useSites } from "./sites-form";
import { SwitchOff } from "./switching-off";
import { texts } from "./texts";
import { UnfinishedChats } from "./unfinished";
import { useWords } from "./words";

/** What a site puts into its pages, which sites may, and whether visitors are taken. */
export function Install() {
  const say = useWords(texts);
  const { t } = useInbox();
  const { editing } = useDesk();
  const { playbook_id: id, sites = [], active = false, published = 0, name } = editing.playbook.value;
  const list = useSites();
  const turning = useSending();
  const [asking, setAsking] = useState(false);
  return (
    <div class="page">
      <section class="panel" aria-labelledby="install-sites">
        <h2 id="install-sites">{say("install.sites")}</h2>
        <SitesForm list={list} />
      </section>
      <section class="panel" aria-labelledby="install-snippet">
        <h2 id="install-snippet">{say("install.snippet")}</h2>
        <Snippet playbookId={id} />
      </section>
      <BehaviourForm />
      <PageRules />
      <Seen playbookId={id} sites={sites} allow={list.allow} />
      <UnfinishedChats />
      <section class="panel" aria-labelledby="install-active">
        <h2 id="install-active">{say("install.active")}</h2>
        <p>{say(active ? "install.isActive" : "install.isInactive")}</p>
        <Refusal problem={turning.problem} />
        <Button
          kind={active ? "plain" : "primary"}
          busy={turning.busy}
          reason={published === 0 ? t("problem.playbook_not_published") : null}
          onClick={() => {
            if (active) setAsking(true);
            else void turning.send(() => editing.command("activate"));
          }}
        >
          {t(active ? "chatbot.deactivate" : "chatbot.activate")}
        </Button>
        {asking && (
          <SwitchOff name={name} run={() => editing.command("deactivate")} onClose={() => setAsking(false)} />
        )}
      </section>
    </div>
  );
}
