import type { Look } from "../wire/types";
import { type Livechat, livechat } from "./commands";
import { DOWN, drawn, element, staged } from "./face";
import { keeper } from "./kept";
import { trail } from "./trail";

declare const __LIVECHAT_CONFIG__: {
  workspace: string;
  playbook: string;
  active: boolean;
  look: Required<Omit<Look, "delay_s">>;
  /** The path that the button shows. */
  icon: string;
};

type Site = typeof window & { livechat?: Livechat; navigation?: EventTarget };

/** What it says itself: the button's names, and what closes the greeting. */
const TEXTS = {
  en: ["Open", "Close", "new"],
  "pt-BR": ["Abrir", "Fechar", "novas"],
};

function begin(site: Site, script: HTMLScriptElement): void {
  const { workspace, playbook, active, look, icon } = __LIVECHAT_CONFIG__;
  const texts = TEXTS[look.language];
  const key = `livechat:${playbook}`;
  const kept = keeper(key, () => localStorage);
  let frame: HTMLIFrameElement | undefined;
  let port: MessagePort | undefined;
  /** The panel has spoken: until then, what was loaded may be a browser's page of an error. */
  let met = false;
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
  svg.append(path);
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
    element("button", { onclick: greeted, ariaLabel: texts[1] as string }, "×"),
  );
  const widget = element("div", { lang: look.language }, button);
  if (look.greeting && !kept().greeted) widget.prepend(greeting);

  const tell = (name: string, detail?: unknown) =>
    dispatchEvent(new CustomEvent(`livechat:${name}`, { detail }));
  const say = (...told: unknown[]) => port?.postMessage(told);

  /** Who is there by a token of now, and what is kept by now. */
  const who = async () => {
    let jwt = identity;
    try {
      if (typeof jwt === "function") jwt = await jwt();
    } catch {
      jwt = 0;
    }
    say("identify", [jwt, kept()]);
  };

  const draw = () => {
    button.ariaExpanded = `${open}`;
    button.ariaLabel = `${texts[+open]} chat${unread ? ` (${unread} ${texts[2]})` : ""}`;
    path.setAttribute("d", open ? DOWN : icon);
    badge.textContent = `${unread || ""}`;
    // It stays in the layout: a page that loads while its frame comes back into it may never be drawn (Chromium).
    if (frame) frame.style.visibility = open && met ? "" : "hidden";
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
        met = false;
        draw();
        port.onmessage = hear;
        frame?.contentWindow?.postMessage([look, kept(), open], script.src, [port2]);
        setTimeout(anew, 4_000);
      },
    });
    widget.append(frame);
    draw();
  };

  /** A panel that has not come is asked for again: by a click, and by itself while it is wanted. */
  const anew = () => {
    if (met) return;
    frame?.remove();
    frame = undefined;
    if (open) prepare();
  };

  const turn = (to = !open) => {
    if (open === to) return;
    open = to;
    open ? prepare() : anew();
    greeted();
    draw();
    (open ? frame : button)?.focus();
    const name = open ? "open" : "close";
    say(name);
    tell(name);
  };

  const hear = ({ data: [type, given] }: MessageEvent) => {
    if (!met) {
      met = true;
      draw();
      if (open) frame?.focus();
    }
    if (type === "keep") kept(given);
    else if (type === "who") who();
    else if (type === "close") turn(false);
    else {
      if (type === "unread") unread = given.count;
      draw();
      tell(type, given);
    }
  };

  /** Forgets who is there. What is kept is not emptied twice: it may be of the next visitor by now. */
  const forget = () => {
    identity = unread = 0;
    say("reset");
    // What it still says is of the visitor before.
    port?.close();
    draw();
  };

  button.onpointerenter = button.onfocus = prepare;
  const host = staged(look, widget);
  const visit = () => {
    if (!host.isConnected) return;
    kept({ pages: trail(kept().pages, location.href) });
    say("page", location.href);
  };
  site.navigation?.addEventListener("currententrychange", visit);
  addEventListener("popstate", visit);
  // What another tab has emptied is empty here as well.
  addEventListener("storage", (told) => told.key === key && told.newValue === "{}" && forget());
  visit();
  draw();
  if (kept().visit) setTimeout(prepare, 999);
  site.livechat = livechat(
    {
      open: () => turn(true),
      close: () => turn(false),
      identify(given) {
        identity = given;
        if (port) who();
      },
      reset() {
        kept(null);
        forget();
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
