import { useEffect, useRef } from "preact/hooks";
import { drawn, element, staged } from "../../../launcher/face";
import { inked } from "../../../models/colours";
import { ICONS } from "../../../models/playbook-icons";
import type { WholeLook } from "../look";
import { texts } from "../texts";
import { useWords } from "../words";

/** The launcher's own face, with this look, on a stage of its own. It is a picture here: nothing opens. */
export function LauncherPreview({ look }: { look: WholeLook }) {
  const say = useWords(texts);
  const stage = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const path = drawn("path");
    path.setAttribute("d", ICONS[look.icon]);
    const svg = drawn("svg");
    svg.append(path);
    const widget = element("div", { lang: look.language, inert: true }, element("button", {}, svg));
    if (look.greeting !== "")
      widget.prepend(element("div", {}, element("button", {}, look.greeting), element("button", {}, "×")));
    const { colour, text_colour } = inked(look);
    const host = staged(colour, text_colour, look.position === "left" ? "start" : "end", widget);
    stage.current?.append(host);
    return () => host.remove();
  }, [look]);
  return (
    <div
      ref={stage}
      class="pb-launcher"
      role="img"
      aria-label={say("preview.launcher", { name: look.bot_name })}
    />
  );
}
