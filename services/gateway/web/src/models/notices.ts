import type { Language } from "../i18n/texts";
import { isRecord } from "../wire/problem";

/** How many names of shown notices a browser remembers: what comes again, comes within hours. */
export const IDS_MAX = 600;
export const KINDS = ["new_conversation", "new_message", "assigned_to_you"] as const;
export type Kind = (typeof KINDS)[number];

/** What an agent is told of, the same by push and by frame. */
export interface Notice {
  readonly id: string;
  readonly kind: Kind;
  readonly conversation_id: string;
  readonly tag: string;
  readonly renotify: boolean;
  readonly text: string | null;
  readonly at: string;
  readonly expires_at: string | null;
}

/** How this browser's agent wants notices. */
export interface Settings {
  readonly language: Language;
  readonly sound: boolean;
  readonly previews: boolean;
}

/** What a tab says when it is asked about a notice. */
export interface TabAnswer {
  /** The agent has its conversation before them. */
  readonly looking: boolean;
  /** It needs nobody any more: its row came before it, and tells that it was taken, closed or read. */
  readonly settled: boolean;
  /** This tab rings for all of the browser's tabs. */
  readonly bell: boolean;
}

/** What is known when a notice has come. */
export interface Circumstances {
  readonly by: "push" | "frame";
  /** It did not come before, by whatever way. */
  readonly first: boolean;
  readonly permitted: boolean;
  readonly now: number;
  readonly tabs: readonly TabAnswer[];
  readonly settings: Settings;
  /** The browser takes the subscription away from who shows nothing for a push, also where a tab is open. */
  readonly strict: boolean;
}

/** `flash`: shown without a sound and closed at once, so that the browser counts it and nobody is bothered. */
export interface Verdict {
  readonly show: "show" | "flash" | "nothing";
  /** A tab plays the sound; the desktop then shows in silence. */
  readonly ring: boolean;
  readonly silent: boolean;
}

/** Beside what every browser knows: what some show further. */
export interface Shown {
  readonly title: string;
  readonly options: {
    readonly tag: string;
    readonly renotify: boolean;
    readonly silent: boolean;
    readonly body: string;
    readonly lang: string;
    readonly dir: "auto";
    readonly timestamp: number;
    readonly data: Destination;
  };
}

/** Where a click leads. */
export interface Destination {
  readonly conversation_id: string;
  readonly kind: Kind;
  readonly id: string;
  readonly at: string;
  readonly path: string;
}

/** A notice as it came; null where it is none that we know. */
export function noticeOf(told: unknown): Notice | null {
  if (!isRecord(told)) return null;
  const { id, conversation_id, tag, renotify, text, at, expires_at } = told;
  const kind = KINDS.find((one) => one === told.kind);
  if (typeof id !== "string" || typeof conversation_id !== "string" || typeof tag !== "string") return null;
  if (kind === undefined || typeof at !== "string") return null;
  return {
    id,
    kind,
    conversation_id,
    tag,
    renotify: renotify === true,
    text: typeof text === "string" && text !== "" ? text : null,
    at,
    expires_at: typeof expires_at === "string" ? expires_at : null,
  };
}

/** The kinds that an agent does not want, once they have chosen for one of them. */
export function withChoice(off: readonly Kind[], kind: Kind, wanted: boolean): Kind[] {
  return KINDS.filter((one) => (one === kind ? !wanted : off.includes(one)));
}

/** The tag of everything that is shown of a conversation. */
export function tagOf(conversationId: string): string {
  return `conversation-${conversationId}`;
}

/** What a notice is called by who was not told, and reads in a list what it is about. */
export function keyOf({
  kind,
  conversation_id,
  at,
}: Pick<Notice, "kind" | "conversation_id" | "at">): string {
  return `${kind}/${conversation_id}/${Date.parse(at)}`;
}

/** The names by which a notice is known again; of two messages at one moment only the ids tell them apart. */
export function namesOf(notice: Notice): string[] {
  return notice.kind === "new_message" ? [notice.id] : [notice.id, keyOf(notice)];
}

/** The ids that are known after one of these names came, the newest last, and whether it came for the first time. */
export function remembered(
  ids: readonly string[],
  ...names: readonly string[]
): { readonly ids: readonly string[]; readonly first: boolean } {
  if (names.some((name) => ids.includes(name))) return { ids, first: false };
  return { ids: [...ids, ...new Set(names)].slice(-IDS_MAX), first: true };
}

/** What becomes of a notice. Whatever is not shown by a push is shown in a strict browser for a moment all the same. */
export function verdict(notice: Notice, it: Circumstances): Verdict {
  const over = notice.expires_at !== null && Date.parse(notice.expires_at) <= it.now;
  const needless = it.tabs.some((tab) => tab.looking || tab.settled);
  if (!it.first || over || needless) {
    const counts = it.by === "push" && it.strict && it.permitted;
    return { show: counts ? "flash" : "nothing", ring: false, silent: true };
  }
  const sounds = it.settings.sound && notice.renotify;
  const ring = sounds && it.tabs.some((tab) => tab.bell);
  return { show: it.permitted ? "show" : "nothing", ring, silent: !sounds || ring };
}

/** What the desktop shows. Texts from people stay plain text, and are left out where previews are hidden. */
export function shown(notice: Notice, title: string, settings: Settings, silent: boolean): Shown {
  return {
    title,
    options: {
      tag: notice.tag,
      renotify: notice.renotify,
      silent,
      body: settings.previews ? (notice.text ?? "") : "",
      lang: settings.language,
      dir: "auto",
      timestamp: Date.parse(notice.at),
      data: destination(notice),
    },
  };
}

export function destination(notice: Notice): Destination {
  const { conversation_id, kind, id, at } = notice;
  const folder = kind === "new_conversation" ? "unassigned" : "mine";
  return { conversation_id, kind, id, at, path: `/inbox/live-chat/${folder}/${conversation_id}` };
}

/** A destination as a shown notification kept it; null where it is of another making. */
export function destinationOf(told: unknown): Destination | null {
  if (!isRecord(told)) return null;
  const { conversation_id, id, at, path } = told;
  const kind = KINDS.find((one) => one === told.kind);
  if (typeof conversation_id !== "string" || typeof id !== "string" || kind === undefined) return null;
  if (typeof at !== "string" || typeof path !== "string" || !isInbox(path)) return null;
  return { conversation_id, kind, id, at, path };
}

/** Where a tab goes for a destination: into the folder that the conversation is in now, where that is known. */
export function destinationPath(to: Destination | null, folder: string | undefined, agentId: string): string {
  if (to === null) return "/inbox";
  if (folder === undefined) return to.path;
  return `/inbox/live-chat/${folder === agentId ? "mine" : folder}/${to.conversation_id}`;
}

/** A window of the browser, as the worker sees it. */
export interface Tab {
  readonly url: string;
  readonly focused: boolean;
  readonly visibilityState: string;
}

/** The inbox's tabs of this origin, the one that a click is to lead to first. */
export function inboxTabs<One extends Tab>(tabs: readonly One[], origin: string): One[] {
  const ours = tabs.filter((tab) => {
    const url = URL.canParse(tab.url) ? new URL(tab.url) : null;
    return url !== null && url.origin === origin && isInbox(url.pathname);
  });
  const nearness = (tab: Tab) => (tab.focused ? 2 : 0) + (tab.visibilityState === "visible" ? 1 : 0);
  return ours.sort((one, other) => nearness(other) - nearness(one));
}

function isInbox(path: string): boolean {
  return path === "/inbox" || path.startsWith("/inbox/");
}
