import { useEffect, useState } from "preact/hooks";
import type { PlaybookPart } from "../../models/route";
import { useInbox } from "../context";
import { problemText } from "../problem-text";
import { follows } from "../router";
import { Button } from "../ui/button";
import { problemFrom } from "../ui/loaded";
import { DryRun } from "./dry-run";
import { More } from "./more";
import { useDesk } from "./open";
import { Publish } from "./publish";
import { texts } from "./texts";
import { useWords } from "./words";

interface HeadProps {
  part: PlaybookPart;
  previewing: boolean;
  onPreview: () => void;
}

/** What is edited, how it stands, and what can be done with all of it. */
export function Head({ part, previewing, onPreview }: HeadProps) {
  const say = useWords(texts);
  const { t } = useInbox();
  const { editing } = useDesk();
  const { name, active = false, published = 0, archived = false } = editing.playbook.value;
  const [publishing, setPublishing] = useState(false);
  const [trying, setTrying] = useState(false);
  return (
    <header class="pb-head">
      <div class="pb-title">
        <a href="/inbox/chatbot" onClick={follows("/inbox/chatbot")}>
          {t("pages.chatbot")}
        </a>
        <h1 id="page-title" dir="auto">
          {name}
        </h1>
        <div class="row-marks">
          {archived && <span class="badge soft">{say("archived")}</span>}
          <span class={active ? "badge good" : "badge soft"}>
            {active ? t("chatbot.active") : t("chatbot.inactive")}
          </span>
          <span class="badge">
            {published > 0 ? t("chatbot.published", { number: published }) : t("chatbot.unpublished")}
          </span>
          <Changed />
        </div>
      </div>
      <div class="pb-head-doings">
        <Saved />
        {part === "cards" && <Turns />}
        {part === "cards" && <NumbersButton />}
        {part === "cards" && (
          <Button aria-pressed={previewing} onClick={onPreview}>
            {say("preview.button")}
          </Button>
        )}
        {part === "cards" && <Button onClick={() => setTrying(true)}>{say("dry.button")}</Button>}
        <Button kind="primary" onClick={() => setPublishing(true)}>
          {say("publish.button")}
        </Button>
        <More />
      </div>
      {trying && <DryRun onClose={() => setTrying(false)} />}
      {publishing && <Publish onClose={() => setPublishing(false)} />}
    </header>
  );
}

/** Takes back what was changed last, step by step, and makes it again. */
function Turns() {
  const say = useWords(texts);
  const { toast } = useInbox();
  const { editing } = useDesk();
  const { undo = [], redo = [] } = editing.playbook.value;
  const turn = (way: "undo" | "redo") => () =>
    void editing.turn(way).catch((error: unknown) => toast(problemFrom(error)));
  // What is not saved yet can be taken back as well: it is saved first.
  const none = undo.length === 0 && editing.isSaved.value;
  return (
    <>
      <Button reason={none ? say("undo.none") : null} aria-keyshortcuts="Control+Z" onClick={turn("undo")}>
        {say("undo")}
      </Button>
      <Button
        reason={redo.length === 0 ? say("redo.none") : null}
        aria-keyshortcuts="Control+Y"
        onClick={turn("redo")}
      >
        {say("redo")}
      </Button>
    </>
  );
}

/** Shows what became of the visits to the version that visitors get, beside its cards. */
function NumbersButton() {
  const say = useWords(texts);
  const { toast } = useInbox();
  const { editing, numbers } = useDesk();
  const { published = 0 } = editing.playbook.value;
  const shown = numbers.shown.value !== null;
  useEffect(() => {
    void numbers.follow(published).catch((error: unknown) => toast(problemFrom(error)));
  }, [numbers, published]);
  const turn = () => {
    if (shown) numbers.hide();
    else void numbers.show(published).catch((error: unknown) => toast(problemFrom(error), turn));
  };
  return (
    <Button
      aria-pressed={shown}
      title={say("numbers.hint", { number: published })}
      reason={published === 0 ? say("numbers.none") : null}
      onClick={turn}
    >
      {say("numbers.button")}
    </Button>
  );
}

function Changed() {
  const say = useWords(texts);
  const { editing } = useDesk();
  const { draft_changed: changed = true, published = 0 } = editing.playbook.value;
  if (published === 0 || (!changed && editing.isSaved.value)) return null;
  return <span class="badge warn">{say("unpublished")}</span>;
}

/** How far the saving is; it is told to readers as well. */
function Saved() {
  const say = useWords(texts);
  const { t, format } = useInbox();
  const { editing } = useDesk();
  const saving = editing.saving.value;
  return (
    <p class={`pb-saving ${saving.is}`} role="status">
      {saving.is === "failed" ? problemText(saving.problem, t, format) : say(`saving.${saving.is}`)}
      {saving.is === "failed" && (
        <Button kind="quiet" onClick={() => void editing.flush()}>
          {t("shell.retry")}
        </Button>
      )}
    </p>
  );
}
