import { type Commands, livechat, type Place } from "./commands";
import { DOWN, drawn, element, staged } from "./face";
import { keeper } from "./kept";

/** Whether this is the launcher that can do more; what is behind it costs the other one nothing. */
declare const __MORE__: boolean;

/** What a playbook may want beside the usual. */
interface Behaves {
  /** What is said beside the button, to who was never here. */
  greeting?: string;
  /** What puts the greeting away is called. */
  dismiss: string;
  /** Nobody sees the button while no agent is online. */
  hides_offline?: boolean;
  /** The panel opens by itself so long after the page was there. */
  opens_after_s?: number;
  /** Also where it fills the screen. */
  opens_on_phones?: boolean;
  /** The snippet waits for the page's word. */
  asks_consent?: boolean;
}

declare const __LIVECHAT_CONFIG__: [
  active: 0 | 1,
  look: [bot: string, colour: string, ink: string, language: string],
  /** Where it is on a page, as the page is written. */
  side: "start" | "end",
  /** The path that the button shows. */
  icon: string,
  behaves: Behaves,
];

/** So many of the site's last addresses are kept, the oldest first. */
const PAGES_MAX = 20;

/** So long it does not open by itself after it was opened or closed. */
const TURNED_MS = 86_400_000;
/** So long it waits while somebody types, or looks elsewhere. */
const BUSY_MS = 5_000;

type Framed = HTMLIFrameElement & { contentWindow: Window };
type Site = typeof window & Place & { navigation?: EventTarget };

/** Shows the widget, unless the page has to say first that the visitor has `agreed`, or said that they do not: before that
 * nothing is done and nothing kept. */
function begin(site: Site, script: HTMLScriptElement, agreed?: boolean): void {
  const told = __LIVECHAT_CONFIG__;
  const [active, look, side, icon] = told;
  const behaves = __MORE__ ? (told[4] as Behaves) : ({} as Behaves);
  // Which workspace and playbook it is of, its address says: …/widget/<workspace>/<playbook>.js
  const [, base, place, playbook] = script.src.match(/(.*)\/widget(\/.*\/(.*))\.js/) as string[];
  const key = `livechat:${playbook}`;
  const kept = keeper(key, () => localStorage);
  /** What is kept for this tab alone: that the panel is open. */
  const tab = keeper(key, () => sessionStorage);
  let frame: HTMLIFrameElement | undefined;
  let port: MessagePort | undefined;
  /** The panel has spoken: until then, what was loaded may be a browser's page of an error. */
  let met = false;
  let open = false;
  let unread = 0;
  /** The same in words. */
  let news = "";
  let identity: { call?: () => unknown } | 0 | undefined;
  /** It has opened by itself: the focus stays where it is. */
  let quietly: unknown;
  const page = document.documentElement.style;
  /** What the page's `overflow` will be when the panel fills the screen, or fills it no more. */
  let other = "hidden";
  const eye = visualViewport as VisualViewport;
  /** Somebody is there, or it does not matter. */
  let online: unknown = !__MORE__ || !behaves.hides_offline;

  const svg = drawn("svg");
  const path = drawn("path");
  svg.append(path);
  const badge = element("span", {});
  const button = element("button", { onclick: () => turn() }, badge, svg);
  const widget = element("div", { lang: look[3] }, button);
  let greeting: HTMLElement | undefined;
  const greeted = () => {
    kept({ greeted: 1, turned: Date.now() });
    greeting?.remove();
  };
  const waits = __MORE__ && !(agreed ?? !behaves.asks_consent);
  if (__MORE__ && !waits && behaves.greeting && !kept().greeted) {
    greeting = element(
      "div",
      {},
      element("button", { onclick: () => turn(true) }, behaves.greeting),
      element("button", { onclick: greeted, ariaLabel: behaves.dismiss }, "×"),
    );
    widget.prepend(greeting);
  }

  const tell = (name: string, detail?: unknown) =>
    dispatchEvent(new CustomEvent(`livechat:${name}`, { detail }));
  const say = (...told: unknown[]) => port?.postMessage(told);

  /** Who is there by a token of now, and what is kept by now. */
  const who = async () => {
    let jwt: unknown;
    try {
      jwt = await (identity && identity.call ? identity.call() : identity);
    } catch {
      // Nobody is known by it.
    }
    say("identify", [jwt, kept()]);
  };

  const small = () => eye.width * eye.scale < 480;
  const draw = () => {
    const shown = open && met;
    // What was wanted and is not shown yet is on its way.
    const coming = open !== shown && "…";
    button.ariaExpanded = open as never;
    // The same word in all languages of bots. Whether it opens or closes, its state says.
    button.ariaLabel = `Chat${coming || news}`;
    path.setAttribute("d", open ? DOWN : icon);
    badge.textContent = (coming || unread || "") as string;
    // Whoever chats, or has something to read, keeps it.
    if (__MORE__) widget.style.visibility = online || open || unread || kept().chat ? "" : "hidden";
    const full = shown && small();
    if (full !== button.inert) {
      document.body.inert = button.inert = full;
      [page.overflow, other] = [other, page.overflow];
    }
    // It stays in the layout: a page that loads while its frame comes back into it may never be drawn (Chromium). Full,
    // it lies where the visitor sees it: the keyboard of a phone takes room, which who looks closer has not opened.
    if (frame)
      frame.style.cssText = full
        ? `position:fixed;top:${eye.scale > 1 ? 0 : eye.offsetTop}px;width:100%;height:${eye.height * eye.scale}px;border-radius:0`
        : shown
          ? ""
          : "visibility:hidden";
  };

  const prepare = () => {
    if (frame) return;
    frame = element("iframe", {
      src: `${base}/panel${place}`,
      title: look[0],
      // To our own origin alone. Each page that it loads is met anew, also when the panel begins again by itself.
      onload() {
        const channel = new MessageChannel();
        port = channel.port1;
        met = false;
        draw();
        port.onmessage = hear;
        (frame as Framed).contentWindow.postMessage([look, kept(), open], script.src, [channel.port2]);
        setTimeout(anew, 4_000);
      },
    });
    button.before(frame);
    draw();
  };

  /** A panel that has not come is asked for again: by a click, and by itself while it is wanted. */
  const anew = () => {
    if (met) return;
    frame = frame?.remove() as undefined;
    if (open) prepare();
  };

  const turn = (to = !open, quiet?: unknown) => {
    if (open === to) return;
    open = to;
    quietly = quiet;
    open ? prepare() : anew();
    if (__MORE__) greeted();
    draw();
    tab(open ? { open } : null);
    if (!quiet) ((open ? frame : button) as HTMLElement).focus();
    const name = open ? "open" : "close";
    say(name);
    tell(name);
  };

  const hear = ({ data: [type, given, words] }: MessageEvent) => {
    if (!met) {
      met = true;
      draw();
      // A page that is covered has no focus to keep.
      if (open && (!quietly || button.inert)) (frame as Framed).focus();
    }
    if (type === "keep") {
      kept(given);
      if (__MORE__) draw();
    } else if (type === "who") who();
    else if (type === "close") turn(false);
    else {
      if (type === "unread") [unread, news] = [given.count, words];
      draw();
      tell(type, given);
    }
  };

  /** Forgets who is there. The storage is not emptied twice: it may be of the next visitor by now. */
  const forget = () => {
    identity = unread = 0;
    news = "";
    kept(false);
    tab(null);
    say("reset");
    // What it still says is of the visitor before.
    port?.close();
    draw();
  };

  const reset = () => {
    kept(null);
    forget();
  };

  // A playbook that takes no visits stays away, but for a chat that goes on.
  if (waits || (!active && !kept().chat)) {
    const consent = (given: unknown) => (given === "granted" ? begin(site, script, true) : reset());
    livechat(site, __MORE__ ? { consent } : {});
    return;
  }

  button.onpointerenter = button.onfocus = prepare;
  const host = staged(look[1], look[2], side, widget);
  for (const it of ["resize", "scroll"]) eye.addEventListener(it, draw);
  const visit = () => {
    if (!host.isConnected) return;
    kept({ pages: [kept().pages || [], location.href].flat().slice(-PAGES_MAX) });
    say("page", location.href);
  };
  site.navigation?.addEventListener("currententrychange", visit);
  // What another tab has emptied is empty here as well.
  addEventListener("storage", (told) => told.key === key && !told.newValue && forget());
  visit();
  draw();
  if (kept().visit) setTimeout(prepare, 1_000);
  // Where it would cover the page that somebody has gone to, it stays closed.
  if (tab().open && !small()) turn(true, true);
  if (__MORE__ && !online) {
    const seen = (now: unknown) => {
      online = now;
      draw();
    };
    // Where it is not told, nobody is turned away.
    import(/* @vite-ignore */ script.src.replace(/\.js.*/, "/online.js")).then(
      (told) => seen(told.default),
      seen,
    );
  }
  if (__MORE__ && active && behaves.opens_after_s) {
    const come = () => {
      const { turned = 0, visit: had } = kept();
      if (open || had || !online || !host.isConnected || Date.now() - Number(turned) < TURNED_MS) return;
      if (small() && !behaves.opens_on_phones) return;
      if (document.hidden || document.activeElement?.matches("input,textarea,select,[contenteditable]"))
        setTimeout(come, BUSY_MS);
      else turn(true, true);
    };
    setTimeout(come, behaves.opens_after_s * 1_000);
  }
  const destroy = () => {
    turn(false);
    host.remove();
    delete site.livechat;
  };
  const commands: Commands = {
    open: () => turn(true),
    close: () => turn(false),
    identify(given) {
      identity = given as typeof identity;
      if (port) who();
    },
    reset,
    destroy,
  };
  if (__MORE__)
    commands.consent = (given) => {
      if (given === "granted") return;
      destroy();
      reset();
      begin(site, script, false);
    };
  livechat(site, commands);
  tell("ready");
}

const script = document.currentScript as HTMLScriptElement;
if (!(window as Site).livechat?.on) begin(window, script);
