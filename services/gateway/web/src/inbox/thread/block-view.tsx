import type { Line, Message } from "../../models/thread";
import type { Block, PrivateNote } from "../../models/thread-blocks";
import { useInbox } from "../context";
import { Avatar } from "../ui/avatar";
import { Time } from "../ui/time";
import { File } from "./file";
import { LinkedText } from "./linked-text";
import { useOpen } from "./open";

interface BlockViewProps {
  block: Block;
  /** The own message that “Seen” stands under. */
  seen: string | null;
  now: number;
}

export function BlockView({ block, seen, now }: BlockViewProps) {
  const { format } = useInbox();
  switch (block.kind) {
    case "day":
      return (
        <li class="day">
          <span>{format.day(block.at, now)}</span>
        </li>
      );
    case "line":
      return <LineView line={block.line} />;
    case "note":
      return <NoteView note={block.note} />;
    case "group":
      return <Group messages={block.messages} seen={seen} />;
  }
}

function LineView({ line }: { line: Line }) {
  const { t } = useInbox();
  return (
    <li class="line">
      <span>{t(`line.${line.what}`, { name: line.name ?? t("folders.agent") })}</span>{" "}
      <Time at={line.at} as="time" />
    </li>
  );
}

function NoteView({ note }: { note: PrivateNote }) {
  const { t } = useInbox();
  return (
    <li class="private">
      <p class="said-by">
        <strong>{t("thread.private")}</strong> · {note.byName} <Time at={note.at} as="time" />
      </p>
      <div class="bubble note-text">
        <LinkedText text={note.text} />
      </div>
    </li>
  );
}

function Group({ messages, seen }: { messages: readonly Message[]; seen: string | null }) {
  const { me } = useInbox();
  const [first] = messages;
  const name = useAuthor(first);
  if (first === undefined) return null;
  const mine = first.authorId === me.agent_id;
  return (
    <li class={`group ${first.author}${mine ? " mine" : ""}`}>
      {first.author === "visitor" && <Avatar name={name} small />}
      <div class="group-body">
        <p class="said-by">
          <strong>{name}</strong> <Time at={first.at} as="time" />
        </p>
        {messages.map((message) => (
          <MessageView key={message.messageId} message={message} seen={message.messageId === seen} />
        ))}
      </div>
    </li>
  );
}

function useAuthor(message: Message | undefined): string {
  const { t, me } = useInbox();
  const open = useOpen();
  if (message === undefined) return "";
  if (message.author === "bot") return open.bot.value ?? t("thread.bot");
  if (message.authorId === me.agent_id) return t("thread.you");
  if (message.author === "agent") return message.authorName ?? t("folders.agent");
  return open.row.value?.visitor_name ?? message.authorName ?? t("thread.visitor");
}

function MessageView({ message, seen }: { message: Message; seen: boolean }) {
  const { t } = useInbox();
  return (
    <>
      <div class="bubble">
        {message.text !== "" && <LinkedText text={message.text} />}
        {message.attachment !== null && <File attachment={message.attachment} />}
        {message.options.length > 0 && <Options message={message} />}
      </div>
      {seen && <p class="seen">{t("thread.seen")}</p>}
    </>
  );
}

/** What the bot offered, and which of it the visitor picked. */
function Options({ message }: { message: Message }) {
  const { t } = useInbox();
  return (
    <ul class="options" aria-label={t("thread.choices")}>
      {message.options.map(({ choice_id, label }) => (
        <li key={choice_id} class={label === message.picked ? "picked" : undefined}>
          {label}
          {label === message.picked && (
            <>
              <span aria-hidden="true"> ✓</span>
              <span class="unseen"> ({t("thread.picked")})</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
