import type { ComponentChildren } from "preact";
import { pieces } from "../models/links";
import type { Line } from "../models/visitor";
import type { Api } from "../wire/api";
import type { Panel } from "./panel";

interface Shown {
  lines: readonly Line[];
  bot: string;
  seen: string | null;
  panel: Panel;
  api: Api;
}

/**
 * What was said, by whom and when; who goes on speaking is named once. Lines are known by their place, for the conversation
 * begins with the walk so far: what stands there already is not read out again.
 */
export function Says({ lines, bot, seen, panel, api }: Shown) {
  const { t, talk } = panel;
  return lines.map((line, place) => {
    if (line.by === "note") return talk && <talk.Note line={line} />;
    const before = lines[place - 1];
    const goesOn = before?.by === line.by && before.name === line.name && dayOf(before.at) === dayOf(line.at);
    const name = line.by === "visitor" ? t("you") : (line.name ?? bot);
    return (
      <li class={line.by} data-goes-on={goesOn || undefined}>
        {!goesOn && (
          <p class="by">
            <span class={line.by === "visitor" ? "hidden" : ""}>{name}</span> <Time at={line.at} />
          </p>
        )}
        <Bubble>
          {line.text && <Linked text={line.text} />}
          {line.attachment && talk && <talk.Attached file={line.attachment} api={api} t={t} />}
        </Bubble>
        {seen !== null && seen === line.messageId && <p class="by">{talk?.says("seen")}</p>}
      </li>
    );
  });
}

/** What stands in one piece. */
export function Bubble({ children }: { children: ComponentChildren }) {
  return (
    <div class="bubble" dir="auto">
      {children}
    </div>
  );
}

function Linked({ text }: { text: string }) {
  return (
    <>
      {pieces(text).map((piece) =>
        piece.href === null ? (
          piece.text
        ) : (
          <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ),
      )}
    </>
  );
}

const dayOf = (at: string) => new Date(at).toDateString();

/** The time of day; on another day the date as well. */
function Time({ at }: { at: string }) {
  const date = new Date(at);
  const { lang } = document.documentElement;
  // Of one language, the visitor's own way to write times.
  const locale = navigator.language.startsWith(lang.slice(0, 2)) ? navigator.language : lang;
  const timeStyle = "short";
  const today = dayOf(at) === new Date().toDateString();
  return (
    <time dateTime={at} title={date.toLocaleString(locale, { dateStyle: "full", timeStyle })}>
      {date.toLocaleString(locale, today ? { timeStyle } : { dateStyle: "medium", timeStyle })}
    </time>
  );
}
