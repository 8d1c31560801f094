import { useRef } from "preact/hooks";
import { Icon, SEND } from "./icon";
import type { Panel } from "./panel";
import { says } from "./says";

const TAKEN =
  "image/png,image/jpeg,image/gif,image/webp,application/pdf,text/plain,.docx,.xlsx,.pptx,.odt,.ods,.odp";

/** Where the visitor writes: Enter sends, Shift and Enter begins a line; files by the button, pasted or dropped. */
export function Composer({ panel }: { panel: Panel }) {
  const { t, sending, store } = panel;
  const picker = useRef<HTMLInputElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const text = store.state.draft;
  const send = () => {
    // What is drawn may be a key behind.
    const written = store.state.draft.trim();
    if (written === "") return;
    sending?.say(written);
    panel.write("");
    if (area.current) area.current.value = "";
  };
  const attach = (files: FileList | undefined | null): boolean => {
    for (const file of files ?? []) sending?.say("", file);
    return (files?.length ?? 0) > 0;
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        attach(event.dataTransfer?.files);
      }}
    >
      <input
        ref={picker}
        type="file"
        hidden
        multiple
        accept={TAKEN}
        onChange={(event) => {
          attach(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
      <button type="button" aria-label={says("attach")} onClick={() => picker.current?.click()}>
        <Icon of="M8 12l6-6a3 3 0 0 1 4 4l-8 8a5 5 0 0 1-7-7l7-7" />
      </button>
      <textarea
        ref={area}
        aria-label={says("message")}
        placeholder={says("write")}
        rows={1}
        dir="auto"
        maxLength={4000}
        value={text}
        onInput={(event) => panel.write(event.currentTarget.value)}
        onPaste={(event) => attach(event.clipboardData?.files) && event.preventDefault()}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="main" aria-label={t("send")} disabled={text.trim() === ""}>
        <Icon of={SEND} />
      </button>
    </form>
  );
}
