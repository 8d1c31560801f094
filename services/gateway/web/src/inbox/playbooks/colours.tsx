import { contrast, inkOn } from "../../models/colours";
import { isColour, nearestReadable, READABLE } from "../../models/playbook-colours";
import { useSpeech } from "../context";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import type { ChangeLook, WholeLook } from "./look";
import { texts } from "./texts";
import { useWords } from "./words";

/** The widget's colours; a pair that cannot be read says so, and offers the nearest that can. */
export function Colours({ look, change }: { look: WholeLook; change: ChangeLook }) {
  const say = useWords(texts);
  return (
    <>
      <div class="form-row">
        <Colour label={say("look.colour")} value={look.colour} onValue={(colour) => change({ colour })} />
        <Colour
          label={say("look.ink")}
          value={look.text_colour}
          onValue={(text_colour) => change({ text_colour })}
        />
      </div>
      <Readable look={look} change={change} />
    </>
  );
}

function Colour({
  label,
  value,
  onValue,
}: {
  label: string;
  value: string;
  onValue: (value: string) => void;
}) {
  const say = useWords(texts);
  return (
    <Field label={label}>
      {(wiring) => (
        <div class="pb-colour">
          <input
            type="color"
            aria-label={say("look.pick", { label })}
            value={value}
            onInput={(input) => onValue(input.currentTarget.value.toLowerCase())}
          />
          <input
            {...wiring}
            type="text"
            class="mono"
            dir="ltr"
            pattern="#[0-9A-Fa-f]{6}"
            required
            maxLength={7}
            autocomplete="off"
            spellcheck={false}
            value={value}
            onInput={(input) => {
              const typed = input.currentTarget.value.trim().toLowerCase();
              if (isColour(typed)) onValue(typed);
            }}
          />
        </div>
      )}
    </Field>
  );
}

function Readable({ look, change }: { look: WholeLook; change: ChangeLook }) {
  const say = useWords(texts);
  const { language } = useSpeech();
  const { colour, text_colour: text } = look;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  // Cut and not rounded: what is told must not sound like enough where it is not.
  const ratio = number.format(Math.floor(contrast(colour, text) * 10) / 10);
  const enough = number.format(READABLE);
  if (contrast(colour, text) >= READABLE)
    return (
      <p class="pb-readable" role="status">
        {say("look.readable", { ratio })}
      </p>
    );
  const nearest = nearestReadable(colour, text);
  const ink = inkOn(colour, text);
  return (
    <div class="note" role="status">
      <p>{say("look.unreadable", { ratio, enough, ink })}</p>
      <div class="row">
        {nearest !== null && (
          <Button onClick={() => change({ colour: nearest })}>
            <span class="pb-swatch" style={{ background: nearest }} />
            {say("look.takeColour", { colour: nearest })}
          </Button>
        )}
        <Button onClick={() => change({ text_colour: ink })}>
          <span class="pb-swatch" style={{ background: ink }} />
          {say("look.takeInk", { colour: ink })}
        </Button>
      </div>
    </div>
  );
}
