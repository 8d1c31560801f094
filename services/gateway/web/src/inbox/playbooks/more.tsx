import { useRef, useState } from "preact/hooks";
import { Problem } from "../../wire/problem";
import type { Playbook } from "../../wire/types";
import { Archive } from "../chatbot/archive";
import { Rename } from "../chatbot/rename";
import { useInbox } from "../context";
import { problemFrom } from "../ui/loaded";
import { Menu } from "../ui/menu";
import { exported, Import } from "./carrying";
import { Compare } from "./comparing";
import { Duplicate } from "./copying";
import { useDesk } from "./open";
import { SwitchOff } from "./switching-off";
import { texts } from "./texts";
import { useWords } from "./words";

type Asked = "changes" | "rename" | "duplicate" | "replace" | "off" | "archive";

/** “…”: what can be done with the playbook as a whole. */
export function More() {
  const say = useWords(texts);
  const { t, api, toast, go } = useInbox();
  const { editing } = useDesk();
  const { playbook_id: id, name, published = 0, active = false, archived = false } = editing.playbook.value;
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const rename = () => {
    began.current = name;
    setAsked("rename");
  };
  const gone = archived ? t("problem.playbook_archived") : undefined;
  const unpublished = published === 0 ? t("problem.playbook_not_published") : undefined;
  // Whoever is told of another name meanwhile, and goes on, means it.
  const began = useRef(name);
  const renaming = (other: string) => (now: Playbook) => {
    const known = now.name === began.current || now.name === other;
    began.current = now.name;
    if (known) return { name: other };
    throw new Problem(412, "renamed_meanwhile", say("meanwhile.renamed", { name: now.name }));
  };
  const tell = (run: () => Promise<void>, done: string) => () =>
    void run().then(
      () => toast(done),
      (error: unknown) => toast(problemFrom(error)),
    );
  return (
    <>
      <Menu
        label={say("more.label")}
        button="…"
        items={[
          { label: say("more.changes"), reason: unpublished, onSelect: () => setAsked("changes") },
          { label: t("chatbot.rename"), reason: gone, onSelect: rename },
          { label: say("more.duplicate"), onSelect: () => setAsked("duplicate") },
          {
            label: say("more.export"),
            onSelect: tell(async () => {
              await editing.flush();
              await exported(api, id);
            }, say("export.done")),
          },
          { label: say("more.replace"), reason: gone, onSelect: () => setAsked("replace") },
          active
            ? { label: t("chatbot.deactivate"), onSelect: () => setAsked("off") }
            : {
                label: t("chatbot.activate"),
                reason: gone ?? unpublished,
                onSelect: tell(() => editing.command("activate"), t("chatbot.activated")),
              },
          { label: t("chatbot.archive"), danger: true, reason: gone, onSelect: () => setAsked("archive") },
        ]}
      />
      {asked === "changes" && <Compare before={published} onClose={close} />}
      {asked === "rename" && (
        <Rename name={name} rename={(other) => editing.put("name", renaming(other))} onClose={close} />
      )}
      {asked === "duplicate" && (
        <Duplicate playbookId={id} name={name} flush={() => editing.flush()} onClose={close} />
      )}
      {asked === "replace" && (
        <Import
          title={say("import.replaceTitle", { name })}
          text={say("import.replaceText")}
          action={say("import.replaceDo")}
          run={async (document) => {
            await editing.replace("import", { document });
            toast(say("import.replaced"));
          }}
          onClose={close}
        />
      )}
      {asked === "off" && (
        <SwitchOff
          name={name}
          run={async () => {
            await editing.command("deactivate");
            toast(t("chatbot.deactivated"));
          }}
          onClose={close}
        />
      )}
      {asked === "archive" && (
        <Archive playbookId={id} name={name} onGone={() => go("/inbox/chatbot")} onClose={close} />
      )}
    </>
  );
}
