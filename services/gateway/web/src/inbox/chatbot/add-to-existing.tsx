import { useRef, useState } from "preact/hooks";
import { CHOICES_MAX } from "../../models/playbook-edit";
import type { ListedPlaybook, Playbook, QuestionCard } from "../../wire/types";
import { useInbox } from "../context";
import { everyPage } from "../pages";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { keyOf } from "../ui/key-of";
import { LineField } from "../ui/line-field";
import { useLoaded } from "../ui/loaded";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { Failure, Skeleton } from "../ui/states";

const PATH = "playbook/playbooks";
/** In the bot's language, whatever the owner's. */
const USUAL_LABEL = { en: "Chat with us", "pt-BR": "Falar com a gente" };

/** A path to a person in a playbook that there is already, offered by one of its questions. */
export function AddToExisting({ onClose }: { onClose: () => void }) {
  const { t, api } = useInbox();
  const all = useLoaded("playbooks/all", () => everyPage<ListedPlaybook>(api, PATH));
  const [picked, setPicked] = useState<string | null>(null);
  const id = picked ?? all.value?.[0]?.playbook_id ?? null;
  if (all.problem !== null) return <Failure problem={all.problem} onRetry={() => void all.again()} />;
  if (all.value === null || id === null) return <Skeleton lines={3} />;
  return (
    <>
      <Field label={t("chatbot.add.playbook")}>
        {(wiring) => (
          <select {...wiring} value={id} onChange={(changed) => setPicked(changed.currentTarget.value)}>
            {all.value?.map((one) => (
              <option key={one.playbook_id} value={one.playbook_id}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Questions key={id} playbookId={id} onClose={onClose} />
    </>
  );
}

function Questions({ playbookId, onClose }: { playbookId: string; onClose: () => void }) {
  const { t, api } = useInbox();
  const read = useLoaded(playbookId, () => api.get<Playbook>(`${PATH}/${playbookId}`));
  if (read.problem !== null) return <Failure problem={read.problem} onRetry={() => void read.again()} />;
  if (read.value === null) return <Skeleton lines={2} />;
  const questions = questionsOf(read.value);
  if (questions.length === 0) return <p class="note">{t("chatbot.add.noQuestion")}</p>;
  return <AddForm playbook={read.value} questions={questions} onClose={onClose} />;
}

/** The questions that have room for one more path, that with which visits begin first. */
function questionsOf({ draft }: Playbook): [string, QuestionCard][] {
  const found = Object.entries(draft.cards).flatMap(([id, card]): [string, QuestionCard][] =>
    card.kind === "question" && card.choices.length < CHOICES_MAX ? [[id, card]] : [],
  );
  return found.sort(([one], [other]) => Number(other === draft.start) - Number(one === draft.start));
}

interface AddFormProps {
  playbook: Playbook;
  questions: readonly [string, QuestionCard][];
  onClose: () => void;
}

function AddForm({ playbook, questions, onClose }: AddFormProps) {
  const { t, api, go, toast } = useInbox();
  const { busy, problem, send } = useSending();
  const [question, setQuestion] = useState(questions[0]?.[0] ?? "");
  const [label, setLabel] = useState<string>(USUAL_LABEL[playbook.look.language ?? "en"]);
  const keys = useRef(keyOf());
  const add = async () => {
    const body = { question_id: question, label: label.trim() };
    const headers = { "if-match": `"${playbook.version ?? 1}"` };
    const path = `${PATH}/${playbook.playbook_id}/live-chat-card`;
    await api.post(path, body, { key: keys.current(body), headers });
    toast(t("chatbot.add.done"));
    onClose();
    go(`/inbox/chatbot/${playbook.playbook_id}`);
  };
  return (
    <form
      class="form"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void send(add);
      }}
    >
      <Field label={t("chatbot.add.question")}>
        {(wiring) => (
          <select
            {...wiring}
            value={question}
            onChange={(changed) => setQuestion(changed.currentTarget.value)}
          >
            {questions.map(([id, card]) => (
              <option key={id} value={id}>
                {card.text.trim() || id}
              </option>
            ))}
          </select>
        )}
      </Field>
      <LineField label={t("chatbot.add.label")} maxLength={120} value={label} onValue={setLabel} />
      <Refusal problem={problem} />
      <div class="dialog-buttons">
        <Button onClick={onClose}>{t("shell.cancel")}</Button>
        <Button kind="primary" type="submit" busy={busy}>
          {t("chatbot.add.do")}
        </Button>
      </div>
    </form>
  );
}
