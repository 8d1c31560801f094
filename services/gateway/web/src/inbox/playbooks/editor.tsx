import { useEffect, useState } from "preact/hooks";
import type { PlaybookPart } from "../../models/route";
import type { Playbook } from "../../wire/types";
import { useInbox } from "../context";
import { follows } from "../router";
import { useLoaded } from "../ui/loaded";
import { useOnReturn } from "../ui/on-return";
import { Failure, Skeleton } from "../ui/states";
import { Beside } from "./beside";
import { BesideView } from "./beside-view";
import { CardPanel } from "./card-panel";
import { Conflict, News } from "./conflict";
import { Dialogs } from "./dialogs";
import { Editing } from "./editing";
import { WhoseFigures } from "./figures";
import { Head } from "./head";
import { Install } from "./install";
import { LookForm } from "./look";
import { Numbers } from "./numbers";
import { Desk, DeskContext } from "./open";
import { People } from "./people";
import { Preview } from "./preview/preview";
import { ProblemList } from "./problem-list";
import { texts } from "./texts";
import { TreeView } from "./tree";
import { useSaveKey } from "./use-save-key";
import { Versions } from "./versions";
import { useWords } from "./words";

interface EditorProps {
  playbookId: string;
  part: PlaybookPart;
}

/** One playbook: its cards, its look, where it stands. */
export function Editor({ playbookId, part }: EditorProps) {
  const { api, t } = useInbox();
  const loaded = useLoaded(playbookId, () => api.get<Playbook>(`playbook/playbooks/${playbookId}`));
  if (loaded.value !== null) return <Opened key={playbookId} read={loaded.value} part={part} />;
  return (
    <section class="page">
      <h1>{t("pages.chatbot")}</h1>
      {loaded.problem === null ? (
        <Skeleton lines={6} />
      ) : (
        <Failure problem={loaded.problem} onRetry={() => void loaded.again()} />
      )}
    </section>
  );
}

function Opened({ read, part }: { read: Playbook; part: PlaybookPart }) {
  const { api, store } = useInbox();
  const [desk] = useState(() => {
    const path = `playbook/playbooks/${read.playbook_id}`;
    const beside = new Beside(store, read.playbook_id);
    return new Desk(new Editing(api, read), new Numbers(api, path), new People(api), beside);
  });
  const { editing } = desk;
  const [previewing, setPreviewing] = useState(false);
  useEffect(() => {
    // Where it does not come, publishing asks anyhow.
    void editing.check().catch(() => undefined);
    void desk.people.load();
    // Whoever closes the tab while something is on its way is asked first.
    const ask = (leaving: BeforeUnloadEvent) => {
      if (!editing.isSaved.value) leaving.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => {
      removeEventListener("beforeunload", ask);
      editing.stop();
      desk.beside.stop();
    };
  }, [desk, editing]);
  useSaveKey(editing);
  useOnReturn(() => void editing.look().catch(() => undefined));
  return (
    <DeskContext.Provider value={desk}>
      <section class="pb" aria-labelledby="page-title">
        <Head part={part} previewing={previewing} onPreview={() => setPreviewing(!previewing)} />
        <Parts playbookId={read.playbook_id} part={part} />
        <BesideView />
        <Conflict />
        <News />
        {part === "cards" && (
          <div class={previewing ? "pb-cards previewing" : "pb-cards"}>
            <div class="pb-map">
              <ProblemList />
              <WhoseFigures />
              <TreeView />
            </div>
            <CardPanel />
            {previewing && <Preview look={editing.playbook.value.look} />}
          </div>
        )}
        {part === "look" && <LookForm />}
        {part === "install" && <Install />}
        {part === "versions" && <Versions />}
        <Dialogs />
      </section>
    </DeskContext.Provider>
  );
}

const PARTS: readonly PlaybookPart[] = ["cards", "look", "install", "versions"];

function Parts({ playbookId, part }: EditorProps) {
  const say = useWords(texts);
  return (
    <nav class="pb-parts" aria-label={say("parts.label")}>
      <ul>
        {PARTS.map((one) => {
          const path = `/inbox/chatbot/${playbookId}${one === "cards" ? "" : `/${one}`}`;
          return (
            <li key={one}>
              <a href={path} aria-current={one === part ? "page" : undefined} onClick={follows(path)}>
                {say(`parts.${one}`)}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
