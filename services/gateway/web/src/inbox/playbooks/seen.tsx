import { useState } from "preact/hooks";
import { type Listed, listed, withFirst, withMore } from "../../models/paging";
import { SITES_MAX } from "../../models/sites";
import type { SnippetSite } from "../../wire/types";
import { useInbox } from "../context";
import { onePage } from "../pages";
import { Button } from "../ui/button";
import { useLoaded } from "../ui/loaded";
import { More } from "../ui/more";
import { useOnReturn } from "../ui/on-return";
import { Failure, Skeleton } from "../ui/states";
import { Time } from "../ui/time";
import { texts } from "./texts";
import { useWords } from "./words";

const siteOf = ({ site }: SnippetSite) => site;

interface SeenProps {
  playbookId: string;
  sites: readonly string[];
  allow: (site: string) => void;
}

/** On which sites the snippet was opened, when, and whether they may show it. */
export function Seen({ playbookId, sites, allow }: SeenProps) {
  const say = useWords(texts);
  const { api } = useInbox();
  const path = `gateway/playbooks/${playbookId}/seen`;
  const [list, setList] = useState<Listed<SnippetSite> | null>(null);
  const loaded = useLoaded(path, async () => {
    const page = await onePage<SnippetSite>(api, path, null, 20);
    setList((now) => (now === null ? listed(page) : withFirst(now, page, siteOf)));
  });
  useOnReturn(loaded.again);
  const more = async () => {
    if (list === null) return;
    setList(withMore(list, await onePage<SnippetSite>(api, path, list.next, 20), siteOf));
  };
  return (
    <section class="panel" aria-labelledby="install-seen">
      <h2 id="install-seen">{say("install.seen")}</h2>
      {list === null && loaded.problem === null && <Skeleton lines={2} />}
      {loaded.problem !== null && <Failure problem={loaded.problem} onRetry={() => void loaded.again()} />}
      {list?.items.length === 0 && <p class="page-lead">{say("install.seenNone")}</p>}
      {list !== null && list.items.length > 0 && (
        <ul class="rows" aria-labelledby="install-seen">
          {list.items.map((one) => (
            <li key={siteOf(one)}>
              <Site
                one={one}
                isListed={sites.includes(one.site)}
                full={sites.length >= SITES_MAX}
                allow={allow}
              />
            </li>
          ))}
        </ul>
      )}
      {list !== null && list.next !== null && <More load={more} label={say("install.seenMore")} />}
    </section>
  );
}

interface SiteProps {
  one: SnippetSite;
  /** As the editor knows the list by now: what was told with the site may be older. */
  isListed: boolean;
  full: boolean;
  allow: (site: string) => void;
}

function Site({ one, isListed, full, allow }: SiteProps) {
  const say = useWords(texts);
  const { t } = useInbox();
  const { site, allowed, first_seen_at: first, last_seen_at: last } = one;
  // What was allowed when it was seen may have been taken off the list; our own pages always may.
  const may = isListed || (allowed && site === location.origin);
  return (
    <>
      <div class="row-words">
        <strong dir="ltr">{site}</strong>
        <small>
          {say("install.seenAt")} <Time at={last} /> · {say("install.seenFirst")} <Time at={first} />
        </small>
      </div>
      {!may && (
        <>
          <span class="badge warn">{say("install.notAllowed")}</span>
          <Button
            reason={full ? t("chatbot.tooManySites", { count: SITES_MAX }) : null}
            onClick={() => allow(site)}
          >
            {say("install.allow", { site })}
          </Button>
        </>
      )}
    </>
  );
}
