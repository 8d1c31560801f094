import type { ComponentChildren, VNode } from "preact";
import type { Line } from "../models/visitor";
import type { Panel } from "./panel";

interface Shown {
  lines: readonly Line[];
  bot: string;
  panel: Panel;
  /** The place of the first that is drawn. */
  from?: number;
  /** The message below which “Seen” stands. */
  seen?: string | null;
}

/** Each line as it was drawn last, and of what: what stays the same is neither made nor compared again. */
const drawn = new WeakMap<Line, [of: string, it: VNode]>();

/**
 * What was said, by whom and when; who goes on speaking is named once. Lines are known by their place, for the conversation
 * begins with the walk so far: what stands there already is not read out again.
 */
export function Says({ lines, bot, panel, from = 0, seen }: Shown) {
  const today = dayOf();
  return lines.slice(from).map((line, drawnAt) => {
    const place = from + drawnAt;
    const before = lines[place - 1];
    const goesOn = before?.by === line.by && before.name === line.name && dayOf(before.at) === dayOf(line.at);
    const isSeen = Boolean(seen) && seen === line.messageId;
    const of = [place, goesOn, isSeen, panel.talk === null, today, bot, spoken()].join();
    const [was, it] = drawn.get(line) ?? [];
    if (was === of && it) return it;
    const made = <Said key={place} line={line} bot={bot} panel={panel} goesOn={goesOn} isSeen={isSeen} />;
    drawn.set(line, [of, made]);
    return made;
  });
}

interface SaidProps {
  line: Line;
  bot: string;
  panel: Panel;
  goesOn: boolean;
  isSeen: boolean;
}

function Said({ line, bot, panel, goesOn, isSeen }: SaidProps) {
  const { t, talk } = panel;
  if (line.by === "note") return talk && <talk.Note line={line} bot={bot} />;
  const own = line.by === "visitor";
  return (
    <li class={line.by} data-goes-on={goesOn || undefined}>
      {!goesOn && (
        <p class="by">
          <span class={own ? "hidden" : ""}>{own ? t("you") : (line.name ?? bot)}</span> <Time at={line.at} />
        </p>
      )}
      <Bubble>
        {talk ? <talk.Linked {...line} /> : line.text}
        {line.attachment && talk && <talk.Attached file={line.attachment} panel={panel} />}
      </Bubble>
      {isSeen && <p class="by">{talk?.says("seen")}</p>}
    </li>
  );
}

/** What stands in one piece. */
export function Bubble({ children }: { children: ComponentChildren }) {
  return (
    <div class="bubble" dir="auto">
      {children}
    </div>
  );
}

const dayOf = (at?: string) => (at ? new Date(at) : new Date()).toDateString();

/** The language that the panel speaks: a rule may give the visit another playbook amid it. */
const spoken = () => document.documentElement.lang;

/** By language. Each is dear to make. */
const times: Record<string, readonly Intl.DateTimeFormat[]> = {};

/** How the time of day is written, the time of another day, and the whole of it: of one language, the visitor's own way. */
function formats(lang: string): readonly Intl.DateTimeFormat[] {
  const locale = navigator.language.startsWith(lang.slice(0, 2)) ? navigator.language : lang;
  const styles = [undefined, "medium", "full"] as const;
  return styles.map((dateStyle) => new Intl.DateTimeFormat(locale, { dateStyle, timeStyle: "short" }));
}

/** The time of day; on another day the date as well. */
export function Time({ at }: { at: string }) {
  const date = new Date(at);
  const lang = spoken();
  times[lang] ??= formats(lang);
  const [time, other, whole] = times[lang];
  return (
    <time dateTime={at} title={whole?.format(date)}>
      {(dayOf(at) === dayOf() ? time : other)?.format(date)}
    </time>
  );
}
