import { useEffect, useRef, useState } from "preact/hooks";
import { askUntil } from "../../models/asking";
import { type Listed, listed, withFirst, withMore } from "../../models/paging";
import type { ListedVersion, VersionFunnel } from "../../wire/types";
import { useInbox } from "../context";
import { everyPage, onePage } from "../pages";
import { Button } from "../ui/button";
import { Confirm } from "../ui/confirm";
import { problemFrom, useLoaded } from "../ui/loaded";
import { More } from "../ui/more";
import { Empty, Failure, Skeleton } from "../ui/states";
import { Time } from "../ui/time";
import { Compare } from "./comparing";
import { Totals, VersionFigures } from "./figures";
import { useDesk } from "./open";
import { texts } from "./texts";
import { useWords } from "./words";

const numberOf = ({ published }: ListedVersion) => String(published);

/** What was published, when and by whom; new visits can walk any of it again. */
export function Versions() {
  const say = useWords(texts);
  const { api } = useInbox();
  const { editing } = useDesk();
  const { playbook_id: id, versions = 0 } = editing.playbook.value;
  const path = `playbook/playbooks/${id}/versions`;
  const funnels = useLoaded(`${path}/funnels/${versions}`, () =>
    everyPage<VersionFunnel>(api, `playbook/playbooks/${id}/funnels`),
  );
  const [list, setList] = useState<Listed<ListedVersion> | null>(null);
  const loaded = useLoaded(`${path}/${versions}`, async () => {
    // The list follows a moment later than what was published.
    const page = await askUntil(
      () => onePage<ListedVersion>(api, path, null, 20),
      ({ items: [newest] }) => (newest?.published ?? 0) >= versions,
    );
    setList((now) => (now === null ? listed(page) : withFirst(now, page, numberOf)));
  });
  const more = async () => {
    if (list === null) return;
    setList(withMore(list, await onePage<ListedVersion>(api, path, list.next, 20), numberOf));
  };
  return (
    <section class="page" aria-labelledby="versions-title">
      <h2 id="versions-title">{say("parts.versions")}</h2>
      {list === null && loaded.problem === null && <Skeleton lines={3} />}
      {loaded.problem !== null && <Failure problem={loaded.problem} onRetry={() => void loaded.again()} />}
      {funnels.problem !== null && <Failure problem={funnels.problem} onRetry={() => void funnels.again()} />}
      {list?.items.length === 0 && <Empty title={say("versions.none")} text={say("versions.noneText")} />}
      {list !== null && list.items.length > 0 && (
        <ul class="rows" aria-labelledby="versions-title">
          {list.items.map((version) => (
            <li key={numberOf(version)}>
              <Version version={version} funnels={funnels.value} />
            </li>
          ))}
        </ul>
      )}
      {list !== null && list.next !== null && <More load={more} label={say("versions.more")} />}
    </section>
  );
}

interface VersionProps {
  version: ListedVersion;
  /** Null until they are there. */
  funnels: readonly VersionFunnel[] | null;
}

function Version({ version, funnels }: VersionProps) {
  const say = useWords(texts);
  const { toast } = useInbox();
  const { editing, people } = useDesk();
  const [asking, setAsking] = useState(false);
  const [comparing, setComparing] = useState(false);
  const [counting, setCounting] = useState(false);
  const [replacing, setReplacing] = useState(false);
  const { published, note, published_by: by, published_at: at } = version;
  const { published: walked, draft_changed: changed = true } = editing.playbook.value;
  const isWalked = walked === published;
  const isChanged = changed || !editing.isSaved.value;
  const marked = useRef<HTMLSpanElement>(null);
  const usedAgain = useRef(false);
  // The button that was pressed is gone: whoever goes by keys goes on from what stands in its place.
  useEffect(() => {
    if (!usedAgain.current || !isWalked || asking) return;
    usedAgain.current = false;
    marked.current?.focus();
  }, [isWalked, asking]);
  const restore = async () => {
    await editing.replace(`versions/${published}/restore`);
    toast(say("versions.restored", { number: published }));
  };
  const who = people.names.value.get(by) ?? say("somebody");
  return (
    <>
      <div class="row-words">
        <strong>{say("versions.number", { number: published })}</strong>
        {note !== "" && <span dir="auto">{note}</span>}
        <small>
          {who} · <Time at={at} />
        </small>
        {funnels !== null && <Totals funnel={funnels.find((one) => one.published === published)} />}
      </div>
      <Button
        kind="quiet"
        aria-label={say("numbers.title", { number: published })}
        onClick={() => setCounting(true)}
      >
        {say("numbers.button")}
      </Button>
      <Button
        kind="quiet"
        aria-label={say("compare.buttonOf", { number: published })}
        onClick={() => setComparing(true)}
      >
        {say("compare.button")}
      </Button>
      {(isChanged || !isWalked) && (
        <Button
          kind="quiet"
          aria-label={say("versions.restoreOf", { number: published })}
          onClick={() => {
            if (isChanged) setReplacing(true);
            else void restore().catch((error: unknown) => toast(problemFrom(error)));
          }}
        >
          {say("versions.restore")}
        </Button>
      )}
      {isWalked ? (
        <span class="badge good" ref={marked} tabIndex={-1}>
          {say("versions.walked")}
        </span>
      ) : (
        <Button onClick={() => setAsking(true)}>{say("versions.again")}</Button>
      )}
      {replacing && (
        <Confirm
          title={say("versions.restoreTitle", { number: published })}
          action={say("versions.restore")}
          run={restore}
          onClose={() => setReplacing(false)}
        >
          <p>{say("versions.restoreText")}</p>
        </Confirm>
      )}
      {counting && <VersionFigures published={published} onClose={() => setCounting(false)} />}
      {comparing && <Compare before={published - 1} after={published} onClose={() => setComparing(false)} />}
      {asking && (
        <Confirm
          title={say("versions.againTitle", { number: published })}
          action={say("versions.again")}
          run={async () => {
            await editing.command("rollback", { published });
            usedAgain.current = true;
            toast(say("versions.done", { number: published }));
          }}
          onClose={() => setAsking(false)}
        >
          <p>{say("versions.againText")}</p>
        </Confirm>
      )}
    </>
  );
}
