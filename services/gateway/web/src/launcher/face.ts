import { DOCKED_PX } from "../models/docked";

/** What closes the panel; in strokes on 24 by 24, as the icons are that the server draws. */
export const DOWN = "M6 9l6 6 6-6";

/** Whether this is the launcher that can do more, such as greet; what is behind it costs the other one nothing. */
declare const __MORE__: boolean;

const GREETING = __MORE__
  ? "div div{display:flex;gap:16px;padding:16px;width:max-content;max-width:70vw;background:Canvas;color:CanvasText}"
  : "";
/** The box of the greeting is among others. */
const BOX = __MORE__ ? "div div," : "";

/**
 * Where a page is written from right to left, the widget is on its other side. Nothing here has an edge in colour: where
 * colours are forced there are no shadows, and these are the edges.
 */
const css = (colour: string, ink: string, side: string) =>
  `:host{all:initial!important}div{position:fixed;z-index:99999;bottom:20px;inset-inline-${side}:20px;font:16px system-ui}button{all:unset;cursor:pointer}div *{outline:1px solid #0000}:focus-visible{outline:3px solid}svg{width:24px;height:24px;padding:16px;fill:none;stroke:${ink};stroke-width:2;background:${colour};border-radius:50%}${BOX}span,iframe{position:absolute;border-radius:16px;inset-inline-${side}:0;border:0}span:empty{display:none}span{top:-4px;padding:0 4px;background:#b00;color:#fff}${BOX}svg,iframe{bottom:72px;box-shadow:0 4px 16px #0004}${GREETING}iframe{width:${DOCKED_PX}px;height:min(640px,100dvh - 99px)}`;

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
export function staged(colour: string, ink: string, side: string, widget: HTMLElement): HTMLElement {
  const host = element("div", {});
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css(colour, ink, side));
  root.adoptedStyleSheets = [sheet];
  root.append(widget);
  document.documentElement.append(host);
  return host;
}
