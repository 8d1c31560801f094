import type { Look } from "../wire/types";
import { type Livechat, livechat } from "./commands";
import { drawn, element, ICONS, staged } from "./face";
import { keeper } from "./kept";
import { trail } from "./trail";

declare const __LIVECHAT_CONFIG__: {
  workspace: string;
  playbook: string;
  active: boolean;
  look: Required<Look>;
};

type Site = typeof window & { livechat?: Livechat; navigation?: EventTarget };

/** What it says itself: the button's names, and what closes the greeting. */
const TEXTS = {
  en: ["Open chat", "Close chat", "new", "Close"],
  "pt-BR": ["Abrir chat", "Fechar chat", "novas", "Fechar"],
};

function begin(site: Site, script: HTMLScriptElement): void {
  const { workspace, playbook, active, look } = __LIVECHAT_CONFIG__;
  const texts = TEXTS[look.language];
  const kept = keeper(`livechat:${playbook}`, () => localStorage);
  let frame: HTMLIFrameElement | undefined;
  let port: MessagePort | undefined;
  let open = false;
  let unread = 0;
  let identity: unknown;

  // A playbook that takes no visits stays away, but for a chat that goes on.
  if (!active && !kept().chat) {
    site.livechat = livechat({}, site.livechat);
    return;
  }

  const svg = drawn("svg");
  const path = drawn("path");
  const badge = element("span", {});
  const button = element("button", { onclick: () => turn() }, badge, svg);
  const greeted = () => {
    kept({ greeted: 1 });
    greeting.remove();
  };
  const greeting = element(
    "div",
    {},
    element("button", { onclick: () => turn(true) }, look.greeting),
    element("button", { onclick: greeted, ariaLabel: texts[3] as string }, "×"),
  );
  const widget = element("div", { lang: look.language }, button);
  if (look.greeting && !kept().greeted) widget.prepend(greeting);

  const tell = (name: string, detail?: unknown) =>
    site.dispatchEvent(new CustomEvent(`livechat:${name}`, { detail }));
  const say = (...told: unknown[]) => port?.postMessage(told);

  const draw = () => {
    button.ariaExpanded = `${open}`;
    button.ariaLabel = texts[+open] + (unread ? ` (${unread} ${texts[2]})` : "");
    path.setAttribute("d", ICONS[open ? "down" : look.icon]);
    badge.textContent = `${unread || ""}`;
    if (frame) frame.hidden = !open;
  };

  const prepare = () => {
    if (frame) return;
    frame = element("iframe", {
      src: new URL(`/panel/${workspace}/${playbook}`, script.src).href,
      title: look.bot_name,
      // To our own origin alone. Each page that it loads is met anew, also when the panel begins again by itself.
      onload() {
        const { port1, port2 } = new MessageChannel();
        port = port1;
        port.onmessage = hear;
        frame?.contentWindow?.postMessage([look, kept(), open, identity], script.src, [port2]);
      },
    });
    widget.append(frame);
    draw();
  };

  const turn = (to = !open) => {
    if (open === to) return;
    open = to;
    prepare();
    greeted();
    draw();
    (open ? frame : button)?.focus();
    const name = open ? "open" : "close";
    say(name);
    tell(name);
  };

  const hear = ({ data: [type, given] }: MessageEvent) => {
    if (type === "keep") kept(given);
    else if (type === "close") turn(false);
    else {
      if (type === "unread") unread = given.count;
      draw();
      tell(type, given);
    }
  };

  svg.append(path);
  button.onpointerenter = button.onfocus = prepare;
  const host = staged(look, widget);
  const visit = () => {
    if (!host.isConnected) return;
    kept({ pages: trail(kept().pages, location.href) });
    say("page", location.href);
  };
  site.navigation?.addEventListener("currententrychange", visit);
  site.addEventListener("popstate", visit);
  visit();
  draw();
  if (kept().visit) setTimeout(prepare, 999);
  site.livechat = livechat(
    {
      open: () => turn(true),
      close: () => turn(false),
      identify(jwt) {
        identity = jwt;
        say("identify", jwt);
      },
      reset() {
        identity = unread = 0;
        say("reset");
        // What it still says is of the visitor before.
        port?.close();
        kept(null);
        draw();
      },
      destroy() {
        host.remove();
        delete site.livechat;
      },
    },
    site.livechat,
  );
  tell("ready");
}

if (!(window as Site).livechat?.on) begin(window, document.currentScript as HTMLScriptElement);
