import { useState } from "preact/hooks";
import { same } from "../../models/playbook-merge";
import { sitesBody } from "../chatbot/sites";
import { SitesField } from "../chatbot/sites-field";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Refusal } from "../ui/refusal";
import { type Sending, useSending } from "../ui/sending";
import { Meanwhile } from "./meanwhile";
import { useDesk } from "./open";
import { MEANWHILE } from "./saving";
import { texts } from "./texts";
import { useWords } from "./words";

type Sites = readonly string[];

/** What is typed of the list, and on which list one began to type; null while nothing is typed. */
interface Typed {
  text: string;
  began: Sites;
}

interface SitesList {
  typed: Typed | null;
  setTyped: (typed: Typed | null) => void;
  sending: Sending;
  /** Puts one more site on the list that is there. */
  allow: (site: string) => void;
}

export function useSites(): SitesList {
  const { editing } = useDesk();
  const [typed, setTyped] = useState<Typed | null>(null);
  const sending = useSending();
  const allow = (site: string) => {
    const more = ({ sites = [] }: { sites?: string[] }) => [...new Set([...sites, site])];
    void sending
      .send(() => editing.put("sites", (now) => ({ sites: more(now) })))
      .then((done) => {
        if (!done || typed === null) return;
        const began = editing.playbook.value.sites ?? [];
        setTyped({ text: `${typed.text.trimEnd()}\n${site}`, began });
      });
  };
  return { typed, setTyped, sending, allow };
}

/** The sites that may show the widget. */
export function SitesForm({ list: { typed, setTyped, sending } }: { list: SitesList }) {
  const say = useWords(texts);
  const { t, toast } = useInbox();
  const { editing } = useDesk();
  const { sites = [] } = editing.playbook.value;
  const { busy, problem, send } = sending;
  const save = async (from: Sites) => {
    const body = sitesBody(typed?.text ?? sites.join("\n"));
    const done = await send(() =>
      editing.put("sites", ({ sites: now = [] }) => (same(now, from) || same(now, body.sites) ? body : null)),
    );
    if (!done) return;
    setTyped(null);
    toast(say("install.sitesSaved"));
  };
  const began = typed?.began ?? sites;
  return (
    <form
      class="form"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void save(began);
      }}
    >
      <SitesField text={typed?.text ?? sites.join("\n")} onText={(text) => setTyped({ text, began })} />
      {typed !== null && !same(began, sites) ? (
        <Meanwhile
          onTheirs={() => setTyped(null)}
          onMine={() => {
            setTyped({ ...typed, began: sites });
            void save(sites);
          }}
        >
          <p dir="ltr">{sites.join(", ") || t("chatbot.noSites")}</p>
        </Meanwhile>
      ) : (
        <Refusal problem={problem?.code === MEANWHILE ? null : problem} />
      )}
      <Button type="submit" busy={busy}>
        {t("chatbot.saveSites")}
      </Button>
    </form>
  );
}
