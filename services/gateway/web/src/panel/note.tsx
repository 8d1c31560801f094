import type { Line } from "../models/visitor";
import { Bubble } from "./lines";
import { says } from "./says";

/** What happened in the chat; a last word of the company's stands as the bot's words do. */
export function Note({ line }: { line: Line }) {
  const { note, name = "", text } = line;
  if (note === undefined || note === "missed") {
    return (
      <li class="bot">
        <Bubble>{text}</Bubble>
      </li>
    );
  }
  return <li class="note">{says(note, { name })}</li>;
}
