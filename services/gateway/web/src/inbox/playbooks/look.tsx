import { useState } from "preact/hooks";
import { LANGUAGES } from "../../i18n/texts";
import { ICONS } from "../../models/playbook-icons";
import { same } from "../../models/playbook-merge";
import type { Look, Playbook } from "../../wire/types";
import { useInbox } from "../context";
import { NAMES } from "../language";
import { Button } from "../ui/button";
import { Field as InputField } from "../ui/field";
import { Refusal } from "../ui/refusal";
import { useSending } from "../ui/sending";
import { Colours } from "./colours";
import { Meanwhile } from "./meanwhile";
import { useDesk } from "./open";
import { LauncherPreview } from "./preview/launcher";
import { Preview } from "./preview/preview";
import { MEANWHILE } from "./saving";
import { texts } from "./texts";
import { useWords } from "./words";

const FIRST: Required<Look> = {
  bot_name: "Bot",
  colour: "#1f5fd6",
  text_colour: "#ffffff",
  icon: "chat",
  position: "right",
  greeting: "",
  language: "en",
};
export type WholeLook = Look & typeof FIRST;
type Field = keyof WholeLook;
export type ChangeLook = (change: Partial<Look>) => void;

type Typed = Partial<WholeLook>;

/** How the widget looks; what is typed is shown beside it, and saved for visitors at once when it is saved. */
export function LookForm() {
  const say = useWords(texts);
  const { toast } = useInbox();
  const { editing } = useDesk();
  const saved = wholeOf(editing.playbook.value);
  const [typed, setTyped] = useState<Typed>({});
  // As it was when one began to type: whoever else has changed the same since is not written over.
  const [began, setBegan] = useState<Typed>({});
  const look: WholeLook = { ...saved, ...typed };
  const change: ChangeLook = (more) => {
    setTyped({ ...typed, ...more });
    setBegan({ ...saved, ...began });
  };
  const { busy, problem, send } = useSending();
  const save = async (from: Typed) => {
    const done = await send(() =>
      editing.put("look", (now) => {
        const there = wholeOf(now);
        if (bothChanged(typed, from, there).length > 0) return null;
        const bot_name = (typed.bot_name ?? there.bot_name).trim();
        return { look: { ...there, ...typed, bot_name } };
      }),
    );
    if (!done) return;
    setTyped({});
    setBegan({});
    toast(say("look.saved"));
  };
  const both = bothChanged(typed, began, saved);
  return (
    <div class="pb-look">
      <form
        class="form"
        aria-label={say("parts.look")}
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void save(began);
        }}
      >
        <Names look={look} change={change} />
        <Colours look={look} change={change} />
        <Icons look={look} change={change} />
        <Place look={look} change={change} />
        {both.length > 0 ? (
          <Meanwhile
            onTheirs={() => setTyped(without(typed, both))}
            onMine={() => {
              setBegan(saved);
              void save(saved);
            }}
          >
            <Theirs fields={both} look={saved} />
          </Meanwhile>
        ) : (
          <Refusal problem={problem?.code === MEANWHILE ? null : problem} />
        )}
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

function wholeOf({ look }: Playbook): WholeLook {
  return { ...FIRST, ...look };
}

/** What was typed and has become something else meanwhile. */
function bothChanged(typed: Typed, began: Typed, now: WholeLook): Field[] {
  const fields = Object.keys(typed) as Field[];
  return fields.filter((one) => one in began && now[one] !== began[one] && now[one] !== typed[one]);
}

function without(typed: Typed, fields: readonly Field[]): Typed {
  const kept = Object.entries(typed).filter(([one]) => !fields.includes(one as Field));
  return Object.fromEntries(kept);
}

/** What somebody else has put there. */
function Theirs({ fields, look }: { fields: readonly Field[]; look: WholeLook }) {
  const say = useWords(texts);
  const said = (field: Field): string => {
    if (field === "icon") return say(`icon.${look.icon}`);
    if (field === "position") return say(`look.${look.position}`);
    if (field === "language") return NAMES[look.language];
    return String(look[field]);
  };
  return (
    <ul class="pb-names">
      {fields.map((one) => (
        <li key={one} dir="auto">
          {one in LABELS ? say(LABELS[one as keyof typeof LABELS]) : one}: {said(one)}
        </li>
      ))}
    </ul>
  );
}

const LABELS = {
  bot_name: "look.name",
  greeting: "look.greeting",
  language: "look.language",
  colour: "look.colour",
  text_colour: "look.ink",
  icon: "look.icon",
  position: "look.position",
} as const;

interface PartProps {
  look: WholeLook;
  change: ChangeLook;
}

function Names({ look, change }: PartProps) {
  const say = useWords(texts);
  return (
    <>
      <InputField label={say("look.name")}>
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
      </InputField>
      <InputField label={say("look.greeting")} hint={say("look.greetingHint")}>
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
      </InputField>
      <InputField label={say("look.language")} hint={say("look.languageHint")}>
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
      </InputField>
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
