import { useState } from "preact/hooks";
import { sitesBody } from "../chatbot/sites";
import { SitesField } from "../chatbot/sites-field";
import { Snippet } from "../chatbot/snippet";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { useDesk } from "./open";
import { Seen } from "./seen";
import { texts } from "./texts";
import { useWords } from "./words";

/** What a site puts into its pages, which sites may, and whether visitors are taken. */
export function Install() {
  const say = useWords(texts);
  const { t, toast } = useInbox();
  const { editing } = useDesk();
  const { playbook_id: id, sites = [], active = false, published = 0 } = editing.playbook.value;
  const [text, setText] = useState(sites.join("\n"));
  const saving = useSending();
  const turning = useSending();
  return (
    <div class="page">
      <section class="panel" aria-labelledby="install-sites">
        <h2 id="install-sites">{say("install.sites")}</h2>
        <form
          class="form"
          onSubmit={(submitted) => {
            submitted.preventDefault();
            void saving
              .send(() => editing.command("sites", sitesBody(text)))
              .then((done) => done && toast(say("install.sitesSaved")));
          }}
        >
          <SitesField text={text} onText={setText} />
          <Refusal problem={saving.problem} />
          <Button type="submit" busy={saving.busy}>
            {t("chatbot.saveSites")}
          </Button>
        </form>
      </section>
      <section class="panel" aria-labelledby="install-snippet">
        <h2 id="install-snippet">{say("install.snippet")}</h2>
        <Snippet playbookId={id} />
      </section>
      <Seen
        playbookId={id}
        sites={sites}
        allow={(site) => {
          const more = [...sites, site];
          setText(more.join("\n"));
          void saving.send(() => editing.command("sites", { sites: more }));
        }}
      />
      <section class="panel" aria-labelledby="install-active">
        <h2 id="install-active">{say("install.active")}</h2>
        <p>{say(active ? "install.isActive" : "install.isInactive")}</p>
        <Refusal problem={turning.problem} />
        <Button
          kind={active ? "plain" : "primary"}
          busy={turning.busy}
          reason={published === 0 ? t("problem.playbook_not_published") : null}
          onClick={() => void turning.send(() => editing.command(active ? "deactivate" : "activate"))}
        >
          {t(active ? "chatbot.deactivate" : "chatbot.activate")}
        </Button>
      </section>
    </div>
  );
}
