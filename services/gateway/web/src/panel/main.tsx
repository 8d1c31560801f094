import { drawing } from "./app";
import { type Host, meet } from "./host";
import { Panel } from "./panel";
import "./styles.css";
import { worn } from "./worn";

function begin(host: Host): void {
  const panel = new Panel(host, worn(host));
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
