import { useRef, useState } from "preact/hooks";
import { slashed } from "../../models/canned";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { Attached } from "./attached";
import { fileOf } from "./attaching";
import { useOpen } from "./open";
import { TEXT_MAX, TextBox } from "./text-box";
import { useReplies } from "./use-replies";

/** A message to the visitor, with a file or without. */
export function WriteMessage() {
  const { t } = useInbox();
  const open = useOpen();
  const { message, file } = open.drafts;
  const text = message.text.value;
  const attaching = file.now.value;
  const [over, setOver] = useState(false);
  const { popup, ...replies } = useReplies(text, (next) => message.write(next));
  const busy = attaching !== null && attaching.token === null;
  const nothing = text.trim() === "" && attaching === null;
  const send = () => {
    if (nothing || busy || text.length > TEXT_MAX) return;
    const taken = file.take();
    // Another tab was faster: one looks at what is left before it goes.
    if (attaching !== null && taken === null) return;
    open.outbound.write(text.trim(), open.thread.value.version, taken);
    open.typing.sent();
    message.write("");
  };
  const add = (data: DataTransfer | null, event: Event) => {
    const added = fileOf(data);
    if (added === null) return;
    event.preventDefault();
    file.begin(added);
  };
  return (
    // Dropping is a third way beside the button and pasting, which the keyboard has.
    <section
      aria-label={t("compose.message")}
      class={over ? "write over" : "write"}
      onDragOver={(drag) => {
        drag.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(drop) => {
        setOver(false);
        add(drop.dataTransfer, drop);
      }}
    >
      {attaching !== null && (
        <Attached attaching={attaching} onDrop={() => file.drop()} onRetry={() => file.retry()} />
      )}
      {popup}
      <TextBox
        {...replies}
        label={t("compose.message")}
        placeholder={over ? t("file.drop") : t("compose.placeholder")}
        text={text}
        onText={(next) => {
          message.write(next);
          open.typing.says(next !== "" && slashed(next) === null);
        }}
        onSend={send}
        onBlur={() => open.typing.says(false)}
        onPaste={(paste) => add(paste.clipboardData, paste)}
      />
      <div class="write-foot">
        <FileButton onFile={(added) => file.begin(added)} />
        <small class="write-hint">{t("compose.hint")}</small>
        <Button kind="primary" aria-disabled={nothing || busy ? "true" : undefined} onClick={send}>
          {t("compose.send")}
        </Button>
      </div>
    </section>
  );
}

function FileButton({ onFile }: { onFile: (file: File) => void }) {
  const { t } = useInbox();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-label={t("file.add")}
        onChange={(change) => {
          const file = change.currentTarget.files?.[0];
          // The same file may be picked again after it was taken out.
          change.currentTarget.value = "";
          if (file !== undefined) onFile(file);
        }}
      />
      <Button
        kind="quiet"
        aria-label={t("file.add")}
        title={t("file.add")}
        onClick={() => input.current?.click()}
      >
        <Icon name="clip" />
      </Button>
    </>
  );
}
