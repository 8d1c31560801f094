import type { Look } from "../wire/types";

/** Drawn in strokes on 24 by 24; `down` closes the panel. */
export const ICONS = {
  chat: "M4 5h16v11H9l-5 4z",
  bot: "M5 9h14v9H5zM12 9V5M9 13v.1M15 13v.1",
  help: "M9 9a3 3 0 1 1 3 3v3M12 18v.1",
  people: "M12 11a3 3 0 1 0-.1 0M5 18a7 7 0 0 1 14 0",
  phone: "M7 3h9v18H7zM12 18v.1",
  star: "M12 3l3 6 6 3-6 3-3 6-3-6-6-3 6-3z",
  down: "M6 9l6 6 6-6",
};

/** Where a page is written from right to left, the widget is on its other side. */
const css = ({ position, colour, text_colour }: Look, side = position === "left" ? "start" : "end") =>
  `:host{all:initial!important}div{position:fixed;z-index:99999;bottom:20px;inset-inline-${side}:20px;font:16px system-ui}button{all:unset;cursor:pointer}:focus-visible{outline:3px solid}svg{width:24px;height:24px;padding:16px;fill:none;stroke:${text_colour};stroke-width:2;stroke-linecap:round;background:${colour};border-radius:50%;forced-color-adjust:none}div div,span,iframe{position:absolute;border-radius:16px;inset-inline-${side}:0;border:0}span:empty{display:none}span{top:-4px;padding:0 6px;background:#b00;color:#fff}svg,div div,iframe{box-shadow:0 4px 16px #0004}div div,iframe{bottom:72px}div div{display:flex;gap:16px;padding:16px;width:max-content;max-width:70vw;background:Canvas;color:CanvasText}iframe{width:384px;height:min(640px,100dvh - 99px)}@media(max-width:479px){iframe{position:fixed;inset:0;width:100%;height:100dvh;border-radius:0}}`;

/** An element with these properties and what stands in it. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
  ...within: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...within);
  return made;
}

/** The same for a drawing; nothing of it is ever markup. */
export const drawn = (name: string) => document.createElementNS("http://www.w3.org/2000/svg", name);

/** Shows the widget apart from the site's own styles, and out of its scripts' reach. */
export function staged(look: Look, widget: HTMLElement): HTMLElement {
  const host = element("div", {});
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css(look));
  root.adoptedStyleSheets = [sheet];
  root.append(widget);
  document.documentElement.append(host);
  return host;
}
