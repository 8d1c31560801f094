import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Format } from "../i18n/format";
import type { Language } from "../i18n/texts";
import type { Route } from "../models/route";
import type { Api } from "../wire/api";
import type { Problem } from "../wire/problem";
import type { Account } from "../wire/types";
import type { Store } from "./store";
import type { T } from "./texts/dictionary";

/** What every part of the page speaks with; also before somebody has signed in. */
export interface Speech {
  t: T;
  format: Format;
  language: Language;
  /** For this page before one is signed in, else for the agent, in every browser. */
  setLanguage: (language: Language) => void;
  /** Tells something in passing: a sentence, or a refusal, with a way to try again. */
  toast: (what: Problem | string, retry?: () => void) => void;
}

/** What every part of the inbox stands on. */
export interface Inbox extends Speech {
  api: Api;
  me: Account;
  store: Store;
  route: Route;
  go: (path: string, instead?: boolean) => void;
  signOut: () => void;
  /** Asks again who one is, after another name or role. */
  refreshMe: () => Promise<void>;
}

export const SpeechContext = createContext<Speech | null>(null);
export const InboxContext = createContext<Inbox | null>(null);

export function useSpeech(): Speech {
  const found = useContext(SpeechContext);
  if (found === null) throw new Error("no speech around this component");
  return found;
}

/** For everything that is shown to somebody who has signed in. */
export function useInbox(): Inbox {
  const found = useContext(InboxContext);
  if (found === null) throw new Error("no inbox around this component");
  return found;
}
