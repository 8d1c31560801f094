import "../styles/pages.css";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Outcome } from "../../wire/types";
import { useInbox } from "../context";
import { useWords } from "../playbooks/words";
import { Button } from "../ui/button";
import { More } from "../ui/more";
import { useOnReturn } from "../ui/on-return";
import { Empty, Failure, Skeleton } from "../ui/states";
import { type Kind, Leads } from "./kept";
import { LeadRow } from "./lead-row";
import page from "./leads.css?inline";
import { words } from "./words";

/** No frame tells of them: they are looked for so often while the page is seen, and when somebody comes back. */
const LOOK_EVERY_MS = 15_000;

const TITLES = { lead: "pages.leads", deal: "pages.deals", activity: "pages.activities" } as const;

/** The styles come with the page that needs them. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(page);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

/** All leads, all deals or all activities of the workspace: of conversations and of visits that met nobody. */
export function Part({ kind }: { kind: Kind }) {
  const { t } = useInbox();
  const say = useWords(words);
  const leads = useLeads(kind);
  const items = leads.items.value;
  const problem = leads.problem.value;
  return (
    <section class="page" aria-labelledby="page-title">
      <div class="page-head">
        <h1 id="page-title">{t(TITLES[kind])}</h1>
      </div>
      {items === null && problem === null && <Skeleton lines={4} />}
      {problem !== null && <Failure problem={problem} onRetry={() => void leads.read()} />}
      {items !== null && items.length === 0 && <Empty title={say(`none.${kind}`)} text={say("noneText")} />}
      {items !== null && items.length > 0 && <List leads={leads} kind={kind} items={items} />}
    </section>
  );
}

function useLeads(kind: Kind): Leads {
  const { api } = useInbox();
  const [leads] = useState(() => new Leads(api, kind));
  const look = useCallback(() => void leads.look(), [leads]);
  useOnReturn(look);
  useEffect(() => {
    void leads.read();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") look();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [leads, look]);
  return leads;
}

interface ListProps {
  leads: Leads;
  kind: Kind;
  items: readonly Outcome[];
}

function List({ leads, kind, items }: ListProps) {
  const say = useWords(words);
  const list = useRef<HTMLUListElement>(null);
  const goTo = useRef<number | null>(null);
  // The button that brought rows may be gone: whoever pressed it goes on with the first of them.
  useEffect(() => {
    const row = goTo.current === null ? undefined : list.current?.children[goTo.current];
    goTo.current = null;
    if (row instanceof HTMLElement) row.focus();
  }, [items]);
  const bring = async (from: number, load: () => Promise<void>) => {
    goTo.current = from;
    await load().catch((error: unknown) => {
      goTo.current = null;
      throw error;
    });
  };
  return (
    <div class="panel">
      <div class="fresh" role="status">
        {leads.newer.value && (
          <Button kind="primary" onClick={() => void bring(0, () => leads.read())}>
            {say(`newer.${kind}`)}
          </Button>
        )}
      </div>
      <ul ref={list} class="rows leads" aria-labelledby="page-title">
        {items.map((outcome) => (
          <li key={outcome.outcome_id} tabIndex={-1}>
            <LeadRow outcome={outcome} />
          </li>
        ))}
      </ul>
      {leads.hasMore.value && (
        <More load={() => bring(items.length, () => leads.more())} label={say("more")} />
      )}
    </div>
  );
}
