import { useRef, useState } from "preact/hooks";
import { Problem } from "../../wire/problem";
import type { Accepted } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { keyOf } from "../ui/key-of";
import { LineField } from "../ui/line-field";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { texts } from "./texts";
import { useWords } from "./words";

const NAME_MAX = 120;

interface DuplicateProps {
  playbookId: string;
  name: string;
  /** Saves what is not saved yet, and says whether all of it is. */
  flush?: () => Promise<boolean>;
  onClose: () => void;
}

/** A playbook like this one, under another name; it is open then. */
export function Duplicate({ playbookId, name, flush, onClose }: DuplicateProps) {
  const say = useWords(texts);
  const { t, api, go, toast } = useInbox();
  const [called, setCalled] = useState(say("copy.name", { name }).slice(0, NAME_MAX));
  const { busy, problem, send } = useSending();
  const keys = useRef(keyOf());
  const duplicate = async () => {
    if (flush !== undefined && !(await flush())) throw new Problem(0, "unsaved", say("copy.unsaved"));
    const body = { name: called.trim() };
    const path = `playbook/playbooks/${playbookId}/duplicate`;
    const made = await api.post<Accepted>(path, body, { key: keys.current(body) });
    onClose();
    toast(say("copy.done"));
    go(`/inbox/chatbot/${made.ids?.playbook_id}`);
  };
  return (
    <Dialog title={say("copy.title", { name })} onClose={onClose}>
      <form
        class="form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void send(duplicate);
        }}
      >
        <p>{say("copy.text")}</p>
        <LineField label={t("chatbot.name")} maxLength={NAME_MAX} value={called} onValue={setCalled} />
        <Refusal problem={problem} />
        <div class="dialog-buttons">
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {say("copy.do")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
