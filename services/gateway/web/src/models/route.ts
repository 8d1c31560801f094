/** What of a playbook is shown. */
export type PlaybookPart = "cards" | "look" | "install" | "versions";

/** Where in the agents' pages one is. Texts of one-time links stand in the fragment, which no server is ever told. */
export type Route =
  | { page: "live-chat"; folder: string; conversationId: string | null }
  | { page: "chatbot"; playbookId: string | null; part: PlaybookPart; settingUp: boolean }
  | { page: "team" }
  | { page: "account" }
  | { page: "replies" }
  | { page: "hours" }
  | { page: "leads" }
  | { page: "deals" }
  | { page: "activities" }
  | { page: "sign-in" }
  | { page: "join"; link: string }
  | { page: "reset"; link: string }
  | { page: "nowhere" };

export const ROOT = "/inbox";
/** The list of playbooks, with “Set up Live Chat” open. */
export const SET_UP = `${ROOT}/chatbot/set-up`;
/** The folder that one's own conversations are in; the others are `unassigned`, `closed` or an agent's id. */
export const MINE = "mine";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The route of an address: its path, and its fragment without the `#`. */
export function routeOf(path: string, fragment: string): Route {
  const [root, page, ...rest] = path.split("/").filter((part) => part !== "");
  if (`/${root}` !== ROOT) return { page: "nowhere" };
  switch (page) {
    case undefined:
      return { page: "live-chat", folder: "unassigned", conversationId: null };
    case "live-chat":
      return liveChat(rest);
    case "chatbot":
      return {
        page,
        playbookId: idOf(rest[0]),
        part: partOf(rest[1]),
        settingUp: `${ROOT}/${page}/${rest.join("/")}` === SET_UP,
      };
    case "team":
    case "account":
    case "replies":
    case "hours":
    case "leads":
    case "deals":
    case "activities":
    case "sign-in":
      return rest.length === 0 ? { page } : { page: "nowhere" };
    case "join":
    case "reset":
      return { page, link: decoded(fragment) };
    default:
      return { page: "nowhere" };
  }
}

/** The address of a conversation, or of a folder, of the live chat. */
export function pathOf(folder: string, conversationId: string | null = null): string {
  return [ROOT, "live-chat", folder, ...(conversationId === null ? [] : [conversationId])].join("/");
}

function liveChat([folder = "unassigned", conversationId]: string[]): Route {
  const known = folder === "unassigned" || folder === MINE || folder === "closed" || UUID.test(folder);
  return known ? { page: "live-chat", folder, conversationId: idOf(conversationId) } : { page: "nowhere" };
}

function partOf(name: string | undefined): PlaybookPart {
  return name === "look" || name === "install" || name === "versions" ? name : "cards";
}

function idOf(part: string | undefined): string | null {
  return part !== undefined && UUID.test(part) ? part : null;
}

/** A link that was cut in half may be no valid escape any more. */
function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
