import { useRef, useState } from "preact/hooks";
import type { Problem } from "../../wire/problem";
import { useInbox } from "../context";
import { problemText } from "../problem-text";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { problemFrom } from "../ui/loaded";

interface SaveViewProps {
  folder: string;
  /** What is looked for in it; empty: nothing. */
  words: string;
}

/** Keeps what the list is narrowed to under a name. */
export function SaveView(view: SaveViewProps) {
  const { t } = useInbox();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" class="chip save-view" onClick={() => setAsking(true)}>
        {t("views.save")}
      </button>
      {asking && <Ask {...view} onClose={() => setAsking(false)} />}
    </>
  );
}

function Ask({ folder, words, onClose }: SaveViewProps & { onClose: () => void }) {
  const { t, store, format } = useInbox();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const key = useRef(crypto.randomUUID());
  const save = async (name: string) => {
    setBusy(true);
    try {
      await store.views.save(name.trim(), folder, key.current, words);
      onClose();
    } catch (error) {
      setProblem(problemFrom(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("views.saveTitle")} onClose={onClose}>
      <form
        class="entry-form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void save(String(new FormData(submitted.currentTarget).get("name") ?? ""));
        }}
      >
        <Field label={t("views.name")} error={problem && problemText(problem, t, format)}>
          {(wiring) => (
            <input
              {...wiring}
              name="name"
              required
              pattern=".*\S.*"
              maxLength={60}
              autocomplete="off"
              onInput={() => {
                // Another name is another view.
                key.current = crypto.randomUUID();
              }}
            />
          )}
        </Field>
        <div class="dialog-buttons">
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {t("views.confirm")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
