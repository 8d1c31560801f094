import "../styles/pages.css";
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { askUntil } from "../../models/asking";
import { type Listed, listed, withFirst, withMore } from "../../models/paging";
import type { ListedPlaybook } from "../../wire/types";
import { useInbox } from "../context";
import { onePage } from "../pages";
import { ImportNew } from "../playbooks/carrying";
import { texts } from "../playbooks/texts";
import { useWords } from "../playbooks/words";
import { Button } from "../ui/button";
import { useLoaded } from "../ui/loaded";
import { More } from "../ui/more";
import { Empty, Failure, Skeleton } from "../ui/states";
import { IdentityKeys } from "./identity-keys";
import { PlaybookCard } from "./playbook-card";
import { SetUp } from "./set-up";

const idOf = (playbook: ListedPlaybook) => playbook.playbook_id;
const PATH = "playbook/playbooks";

/** Leads › Chatbot: the playbooks, and the way to Live Chat on one's own site. */
export function Chatbot() {
  const { t, me } = useInbox();
  return (
    <section class="page" aria-labelledby="page-title">
      {me.role === "agent" ? (
        <>
          <h1 id="page-title">{t("pages.chatbot")}</h1>
          <Empty title={t("chatbot.notYours")} text={t("chatbot.notYoursText")} />
        </>
      ) : (
        <Playbooks />
      )}
    </section>
  );
}

function Playbooks() {
  const { t, api, me, route, go } = useInbox();
  const say = useWords(texts);
  const [settingUp, setSettingUp] = useState(false);
  // Whoever came by “Set up Live Chat” elsewhere has asked for it already.
  const asked = route.page === "chatbot" && route.settingUp;
  const [importing, setImporting] = useState(false);
  const [list, setList] = useState<Listed<ListedPlaybook> | null>(null);
  // The list is a read model: it knows a moment later of what was just made.
  const made = useRef<string | null>(null);
  const loaded = useLoaded("playbooks", async () => {
    const page = await askUntil(
      () => onePage<ListedPlaybook>(api, PATH, null, 20),
      ({ items }) => made.current === null || items.some((one) => idOf(one) === made.current),
    );
    made.current = null;
    setList((now) => (now === null ? listed(page) : withFirst(now, page, idOf)));
  });
  const more = async () => {
    if (list === null) return;
    setList(withMore(list, await onePage<ListedPlaybook>(api, PATH, list.next, 20), idOf));
  };
  // The list is a read model: for a moment it may still tell of what was put away.
  const gone = ({ playbook_id: id }: ListedPlaybook) =>
    setList((now) => now && { ...now, items: now.items.filter((one) => idOf(one) !== id) });
  const setUp = (
    <div class="row">
      <Button onClick={() => setImporting(true)}>{say("import.button")}</Button>
      <Button kind="primary" onClick={() => setSettingUp(true)}>
        {t("chatbot.setUp")}
      </Button>
    </div>
  );
  return (
    <>
      <div class="page-head">
        <h1 id="page-title">{t("pages.chatbot")}</h1>
        {list !== null && list.items.length > 0 && setUp}
      </div>
      {list === null && loaded.problem === null && <Skeleton lines={4} />}
      {loaded.problem !== null && <Failure problem={loaded.problem} onRetry={() => void loaded.again()} />}
      {list !== null && list.items.length === 0 && <FirstSteps>{setUp}</FirstSteps>}
      {list?.items.map((playbook) => (
        <PlaybookCard key={idOf(playbook)} listed={playbook} onGone={() => gone(playbook)} />
      ))}
      {list !== null && list.next !== null && <More load={more} label={t("chatbot.more")} />}
      {me.role === "owner" && <IdentityKeys />}
      {importing && <ImportNew onClose={() => setImporting(false)} />}
      {list !== null && (settingUp || asked) && (
        <SetUp
          hasPlaybooks={list.items.length > 0}
          onClose={(id) => {
            setSettingUp(false);
            if (asked) go("/inbox/chatbot", true);
            made.current = id;
            void loaded.again();
          }}
        />
      )}
    </>
  );
}

/** Where there is no playbook yet: what it takes until the first visitor writes. */
function FirstSteps({ children }: { children: ComponentChildren }) {
  const { t } = useInbox();
  return (
    <Empty title={t("chatbot.none")} text={t("chatbot.noneText")}>
      <ol class="first-steps">
        <li>{t("chatbot.first.name")}</li>
        <li>{t("chatbot.first.sites")}</li>
        <li>{t("chatbot.first.snippet")}</li>
        <li>{t("chatbot.first.online")}</li>
      </ol>
      {children}
    </Empty>
  );
}
