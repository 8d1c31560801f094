import type { Line } from "../models/visitor";
import { Bubble, Time } from "./lines";
import { says } from "./says";

/** What happened in the chat; a last word of the company's stands as the bot's words do. */
export function Note({ line, bot }: { line: Line; bot: string }) {
  const { note, name = "", text, at } = line;
  if (note === undefined || note === "missed") {
    return (
      <li class="bot">
        <p class="by">
          {bot} <Time at={at} />
        </p>
        <Bubble>{text}</Bubble>
      </li>
    );
  }
  return <li class="note">{says(note, { name })}</li>;
}
