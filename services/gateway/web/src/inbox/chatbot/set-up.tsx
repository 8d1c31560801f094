import { useState } from "preact/hooks";
import {
  activated,
  backToSites,
  leadsToAPerson,
  NEW_SETUP,
  type Setup,
  STEPS,
  sitesSet,
} from "../../models/setup";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { AddToExisting } from "./add-to-existing";
import { NameStep } from "./set-up-name";
import { sitesBody } from "./sites";
import { SitesField } from "./sites-field";
import { Snippet } from "./snippet";
import { StepForm, type StepProps } from "./step-form";

interface SetUpProps {
  /** Whether there is a playbook to which Live Chat can be added. */
  hasPlaybooks: boolean;
  /** Told the id of the playbook that was made, if one was. */
  onClose: (made: string | null) => void;
}

/** “Set up Live Chat”: a new playbook from a template, or a card in one that there is. */
export function SetUp({ hasPlaybooks, onClose }: SetUpProps) {
  const { t } = useInbox();
  const [way, setWay] = useState<"new" | "existing" | null>(hasPlaybooks ? null : "new");
  if (way === "new") return <NewPlaybook onClose={onClose} />;
  return (
    <Dialog title={t("chatbot.setUp")} onClose={() => onClose(null)} wide>
      {way === "existing" ? (
        <AddToExisting onClose={() => onClose(null)} />
      ) : (
        <>
          <p>{t("chatbot.way")}</p>
          <ul class="ways-in">
            <li>
              <Button kind="primary" onClick={() => setWay("new")}>
                {t("chatbot.way.new")}
              </Button>
              <small>{t("chatbot.way.newText")}</small>
            </li>
            <li>
              <Button onClick={() => setWay("existing")}>{t("chatbot.way.existing")}</Button>
              <small>{t("chatbot.way.existingText")}</small>
            </li>
          </ul>
        </>
      )}
    </Dialog>
  );
}

/** A playbook from a template, its sites, on, and the snippet. It goes on where it stopped. */
function NewPlaybook({ onClose }: Pick<SetUpProps, "onClose">) {
  const { t } = useInbox();
  const [setup, setSetup] = useState(NEW_SETUP);
  const close = () => onClose(setup.playbookId);
  return (
    <Dialog title={t("chatbot.setUp")} onClose={close} wide>
      <Steps setup={setup} />
      {setup.step === "name" && <NameStep setup={setup} onChange={setSetup} onClose={close} />}
      {setup.step === "sites" && <SitesStep setup={setup} onChange={setSetup} onClose={close} />}
      {setup.step === "activate" && <ActivateStep setup={setup} onChange={setSetup} />}
      {setup.step === "installed" && setup.playbookId !== null && (
        <>
          <p>
            {t(leadsToAPerson(setup.template) ? "chatbot.step.installedText" : "chatbot.step.installedAlone")}
          </p>
          <Snippet playbookId={setup.playbookId} />
          <div class="dialog-buttons">
            <Button kind="primary" onClick={close}>
              {t("pages.done")}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function Steps({ setup }: { setup: Setup }) {
  const { t } = useInbox();
  const at = STEPS.indexOf(setup.step);
  return (
    <ol class="steps" aria-label={t("chatbot.steps")}>
      {STEPS.map((step, place) => (
        <li
          key={step}
          class={place < at ? "done" : ""}
          aria-current={step === setup.step ? "step" : undefined}
        >
          {t(`chatbot.step.${step}`)}
        </li>
      ))}
    </ol>
  );
}

function SitesStep({ setup, onChange, onClose }: StepProps) {
  const { t, api } = useInbox();
  const [text, setText] = useState("");
  const set = async () => {
    await api.post(`playbook/playbooks/${setup.playbookId}/sites`, sitesBody(text));
    onChange(sitesSet(setup));
  };
  return (
    <StepForm run={set} action={t("chatbot.step.next")} onLater={onClose}>
      <p>{t("chatbot.step.sitesText")}</p>
      <SitesField text={text} onText={setText} />
    </StepForm>
  );
}

function ActivateStep({ setup, onChange }: StepProps) {
  const { t, api } = useInbox();
  const activate = async () => {
    await api.post(`playbook/playbooks/${setup.playbookId}/activate`);
    onChange(activated(setup));
  };
  return (
    <StepForm
      run={activate}
      action={t("chatbot.activate")}
      back={{ label: t("chatbot.step.back"), go: () => onChange(backToSites(setup)) }}
    >
      <p>{t(leadsToAPerson(setup.template) ? "chatbot.step.activateText" : "chatbot.step.activateAlone")}</p>
    </StepForm>
  );
}
