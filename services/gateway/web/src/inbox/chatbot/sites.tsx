import { useState } from "preact/hooks";
import { sitesTyped } from "../../models/sites";
import type { Playbook } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { SitesField } from "./sites-field";

interface SitesProps {
  playbook: Playbook;
  again: () => Promise<void>;
  onClose: () => void;
}

/** Where the widget may be shown. */
export function Sites({ playbook, again, onClose }: SitesProps) {
  const { t, api } = useInbox();
  const { busy, problem, send } = useSending();
  const [text, setText] = useState((playbook.sites ?? []).join("\n"));
  const save = async () => {
    await api.post(`playbook/playbooks/${playbook.playbook_id}/sites`, sitesBody(text));
    await again();
  };
  return (
    <Dialog title={t("chatbot.sitesOf", { name: playbook.name })} onClose={onClose}>
      <form
        class="form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void send(save).then((done) => done && onClose());
        }}
      >
        <SitesField text={text} onText={setText} />
        <Refusal problem={problem} />
        <div class="dialog-buttons">
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {t("chatbot.saveSites")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function sitesBody(text: string): { sites: string[] } {
  return { sites: sitesTyped(text).sites };
}
