import type { Host } from "./host";
import { type T, textsOf } from "./texts";

/** Puts on the look that the page has told; answers what the panel says in its language. */
export function worn({ init: { look } }: Host): T {
  const { documentElement: page } = document;
  // Both languages of bots are written from left to right; the direction of the page around is not the panel's.
  page.lang = look.language;
  page.style.setProperty("--accent", look.colour);
  page.style.setProperty("--ink", look.text_colour);
  document.title = look.bot_name;
  return textsOf(look.language);
}
