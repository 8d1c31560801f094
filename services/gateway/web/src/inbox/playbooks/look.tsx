import { useState } from "preact/hooks";
import { LANGUAGES } from "../../i18n/texts";
import { ICONS } from "../../models/playbook-icons";
import { same } from "../../models/playbook-merge";
import type { Look } from "../../wire/types";
import { useInbox } from "../context";
import { NAMES } from "../language";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { Colours } from "./colours";
import { useDesk } from "./open";
import { LauncherPreview } from "./preview/launcher";
import { Preview } from "./preview/preview";
import { texts } from "./texts";
import { useWords } from "./words";

const FIRST: Required<Omit<Look, "delay_s">> = {
  bot_name: "Bot",
  colour: "#1f5fd6",
  text_colour: "#ffffff",
  icon: "chat",
  position: "right",
  greeting: "",
  language: "en",
};
export type WholeLook = Look & typeof FIRST;
export type ChangeLook = (change: Partial<Look>) => void;

/** How the widget looks; what is typed is shown beside it, and saved for visitors at once when it is saved. */
export function LookForm() {
  const say = useWords(texts);
  const { toast } = useInbox();
  const { editing } = useDesk();
  const saved: WholeLook = { ...FIRST, ...editing.playbook.value.look };
  const [typed, setTyped] = useState<Partial<Look>>({});
  const look: WholeLook = { ...saved, ...typed };
  const change: ChangeLook = (more) => setTyped({ ...typed, ...more });
  const { busy, problem, send } = useSending();
  const save = async () => {
    const done = await send(() => editing.setLook({ ...look, bot_name: look.bot_name.trim() }));
    if (!done) return;
    setTyped({});
    toast(say("look.saved"));
  };
  return (
    <div class="pb-look">
      <form
        class="form"
        aria-label={say("parts.look")}
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void save();
        }}
      >
        <Names look={look} change={change} />
        <Colours look={look} change={change} />
        <Icons look={look} change={change} />
        <Place look={look} change={change} />
        <Refusal problem={problem} />
        <p class="field-hint">{say("look.atOnce")}</p>
        <Button
          kind="primary"
          type="submit"
          busy={busy}
          reason={same(look, saved) ? say("look.unchanged") : null}
        >
          {say("look.save")}
        </Button>
      </form>
      <div class="pb-stage">
        <LauncherPreview look={look} />
        <Preview look={look} />
      </div>
    </div>
  );
}

interface PartProps {
  look: WholeLook;
  change: ChangeLook;
}

function Names({ look, change }: PartProps) {
  const say = useWords(texts);
  return (
    <>
      <Field label={say("look.name")}>
        {(wiring) => (
          <input
            {...wiring}
            type="text"
            required
            pattern=".*\S.*"
            maxLength={60}
            dir="auto"
            autocomplete="off"
            value={look.bot_name}
            onInput={(input) => change({ bot_name: input.currentTarget.value })}
          />
        )}
      </Field>
      <Field label={say("look.greeting")} hint={say("look.greetingHint")}>
        {(wiring) => (
          <textarea
            {...wiring}
            rows={2}
            maxLength={300}
            dir="auto"
            value={look.greeting}
            onInput={(input) => change({ greeting: input.currentTarget.value })}
          />
        )}
      </Field>
      <Field label={say("look.language")} hint={say("look.languageHint")}>
        {(wiring) => (
          <select
            {...wiring}
            value={look.language}
            onChange={({ currentTarget: select }) =>
              change({ language: LANGUAGES.find((one) => one === select.value) ?? "en" })
            }
          >
            {LANGUAGES.map((one) => (
              <option key={one} value={one}>
                {NAMES[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

function Icons({ look, change }: PartProps) {
  const say = useWords(texts);
  const names = Object.keys(ICONS) as (keyof typeof ICONS)[];
  return (
    <fieldset class="choices pb-icons">
      <legend>{say("look.icon")}</legend>
      {names.map((icon) => (
        <label key={icon} title={say(`icon.${icon}`)}>
          <input
            type="radio"
            name="icon"
            aria-label={say(`icon.${icon}`)}
            checked={look.icon === icon}
            onChange={() => change({ icon })}
          />
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d={ICONS[icon]} />
          </svg>
        </label>
      ))}
    </fieldset>
  );
}

function Place({ look, change }: PartProps) {
  const say = useWords(texts);
  return (
    <fieldset class="choices">
      <legend>{say("look.position")}</legend>
      {(["right", "left"] as const).map((position) => (
        <label key={position}>
          <input
            type="radio"
            name="position"
            checked={look.position === position}
            onChange={() => change({ position })}
          />
          {say(`look.${position}`)}
        </label>
      ))}
    </fieldset>
  );
}
