import { useRef, useState } from "preact/hooks";
import { fileNameOf, type Read, readFile } from "../../models/playbook-file";
import type { Api } from "../../wire/api";
import { isRecord, type Problem } from "../../wire/problem";
import type { Accepted, PlaybookDocument } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { keyOf } from "../ui/key-of";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { texts } from "./texts";
import { useWords } from "./words";

/** How long the browser may take to begin with a download. */
const KEPT_MS = 60_000;

/** Gives the playbook as a file. */
export async function exported(api: Api, playbookId: string): Promise<void> {
  const document = await api.get<PlaybookDocument>(`playbook/playbooks/${playbookId}/export`);
  const file = new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: "application/json" });
  const address = URL.createObjectURL(file);
  const link = Object.assign(window.document.createElement("a"), {
    href: address,
    download: fileNameOf(document.name),
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}

interface ImportProps {
  title: string;
  text: string;
  action: string;
  /** What is done with the document; a refusal stands in the dialog. */
  run: (document: unknown) => Promise<void>;
  onClose: () => void;
}

/** Asks for a file, and says what is wrong with it, and where. */
export function Import({ title, text, action, run, onClose }: ImportProps) {
  const say = useWords(texts);
  const { busy, problem, send } = useSending();
  const [read, setRead] = useState<Read | null>(null);
  const [asked, setAsked] = useState(false);
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(submitted) => {
          submitted.preventDefault();
          setAsked(true);
          if (read?.is !== "document") return;
          void send(() => run(read.document)).then((done) => done && onClose());
        }}
      >
        <p>{text}</p>
        <Field
          label={say("import.file")}
          hint={say("import.fileHint")}
          error={useMistake(read) ?? (asked && read === null ? say("import.none") : null)}
        >
          {(wiring) => (
            <input
              {...wiring}
              type="file"
              accept=".json,application/json"
              onChange={({ currentTarget: { files } }) => {
                setRead(null);
                const [file] = files ?? [];
                if (file !== undefined) void readFile(file).then(setRead);
              }}
            />
          )}
        </Field>
        {problem !== null && <Wrong problem={problem} />}
        <div class="dialog-buttons">
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useMistake(read: Read | null): string | null {
  const say = useWords(texts);
  switch (read?.is) {
    case "too_large":
      return say("import.tooLarge");
    case "unreadable":
      return say("import.unreadable");
    case "no_json":
      return say("import.noJson", read.at);
    default:
      return null;
  }
}

/** What the services found wrong in the document, each with its place. */
function Wrong({ problem }: { problem: Problem }) {
  const say = useWords(texts);
  const { errors } = problem.facts;
  if (problem.code !== "invalid" || !Array.isArray(errors)) return <Refusal problem={problem} />;
  return (
    <div class="field-error" role="alert">
      <p>{say("import.wrong")}</p>
      <ul class="pb-wrong">
        {errors.filter(isRecord).map(({ where, what }) => (
          <li key={`${where}/${what}`} lang="en">
            <code>{String(where).replace(/^body\.(document\.)?/, "")}</code>: {String(what)}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A new playbook from a file, which is open then. */
export function ImportNew({ onClose }: { onClose: () => void }) {
  const say = useWords(texts);
  const { api, go, toast } = useInbox();
  const keys = useRef(keyOf());
  const make = async (document: unknown) => {
    const body = { document };
    const made = await api.post<Accepted>("playbook/playbooks/import", body, { key: keys.current(body) });
    toast(say("import.done"));
    go(`/inbox/chatbot/${made.ids?.playbook_id}`);
  };
  return (
    <Import
      title={say("import.title")}
      text={say("import.text")}
      action={say("import.do")}
      run={make}
      onClose={onClose}
    />
  );
}
