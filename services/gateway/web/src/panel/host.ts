import type { Look } from "../wire/types";

/** What the launcher tells at first. The page's words: of them, only the look's form is relied on. */
export interface Init {
  look: PanelLook;
  kept: unknown;
  open: boolean;
  /** The origin of the page, as the browser tells it. */
  site: string;
}

/** What the page's script does and hears, over a port that nobody else has. */
export interface Host {
  init: Init;
  tell: (
    type: "keep" | "who" | "identify" | "close" | "unread" | "started" | "ended",
    given?: unknown,
    /** The same in words, for the name of the button. */
    words?: string,
  ) => void;
  hear: (listener: (type: string, given: unknown) => void) => void;
}

/** What the launcher has of the look stands in a row; a page that was loaded long ago tells it by names. */
function lookOf(told: unknown): PanelLook {
  if (!Array.isArray(told)) return told as PanelLook;
  const [bot_name, colour, text_colour, language] = told;
  return { bot_name, colour, text_colour, language };
}

/** Waits for the page that shows us, and takes one port from it: whoever else speaks is not heard. */
export function meet(): Promise<Host> {
  return new Promise((resolve) => {
    const take = (told: MessageEvent) => {
      const [port] = told.ports;
      if (told.source !== parent || port === undefined || !Array.isArray(told.data)) return;
      removeEventListener("message", take);
      resolve(hostOf(port, told.data, told.origin));
    };
    addEventListener("message", take);
  });
}

function hostOf(port: MessagePort, told: unknown[], site: string): Host {
  const [look, kept, open] = told;
  return {
    init: {
      look: lookOf(look),
      kept,
      open: open === true,
      site,
    },
    tell: (...what) => port.postMessage(what),
    hear: (listener) => {
      port.onmessage = ({ data }) => {
        if (Array.isArray(data)) listener(String(data[0]), data[1]);
      };
    },
  };
}

export function identityOf(told: unknown): string | null {
  return typeof told === "string" && told !== "" ? told : null;
}

/** What of the look is the panel's. */
type PanelLook = Required<Pick<Look, "bot_name" | "colour" | "text_colour" | "language">>;
