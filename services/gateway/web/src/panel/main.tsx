import { drawing } from "./app";
import { type Host, meet } from "./host";
import { Panel } from "./panel";
import "./styles.css";
import { textsOf } from "./texts";

function begin(host: Host): void {
  const { look } = host.init;
  const { documentElement: page } = document;
  // Both languages of bots are written from left to right; the direction of the page around is not the panel's.
  page.lang = look.language;
  page.style.setProperty("--accent", look.colour);
  page.style.setProperty("--ink", look.text_colour);
  document.title = look.bot_name;

  const panel = new Panel(host, textsOf(look.language));
  for (const it of ["online", "pageshow", "focus"]) addEventListener(it, () => panel.wake());
  addEventListener("resize", () => panel.watch());
  document.addEventListener("visibilitychange", () => panel.wake());
  addEventListener("keydown", (pressed) => {
    if (pressed.key === "Escape" && document.querySelector("dialog[open]") === null) panel.close();
  });
  const draw = drawing(panel);
  panel.store.on(oncePerFrame(draw));
  draw();
  // Until it has heard something, the page takes what it has loaded for a browser's page of an error.
  host.tell("keep", {});
}

/** However much changes, and however often, it is drawn once. */
function oncePerFrame(draw: () => void): () => void {
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      draw();
    });
  };
}

void meet().then(begin);
