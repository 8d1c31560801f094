import type { KeptPanel } from "../models/kept";
import type { Outbox } from "../models/outgoing";
import { NOTHING, type Visit } from "../models/visitor";
import type { Page_OwnConversation_ } from "../wire/types";
import type { Key } from "./texts";

/** What does not work, and what trying again means. */
export interface Trouble {
  says: Key;
  again: () => void;
}

/** What the screen is made of. */
export interface State extends Omit<KeptPanel, "pages" | "last" | "who" | "refused"> {
  open: boolean;
  /** The visitor's last chats of before, the newest first, and where those before them begin. */
  past: Page_OwnConversation_;
  events: Visit;
  /** The socket was cut and did not come back at once: how often it was tried. */
  away: number;
  /** All that was missing has come. */
  ready: boolean;
  beginning: boolean;
  trouble: Trouble | null;
  outbox: Outbox;
  /** The answer that is on its way to a card, by the card's arrival; or why it was refused. */
  answer: { arrival: number; text: string; refused: string | null } | null;
  /** The agent writes. */
  typing: boolean;
  /** Where the visitor stands in line, and in which chat; missing while that was never told. */
  place?: { chat: string; position: number };
}

/** Holds the state, keeps what is to be kept, and says when it has changed. */
export class Store {
  state: State;
  private listeners = new Set<() => void>();

  constructor({ visit, draft, quiet, seen }: KeptPanel, open: boolean) {
    this.state = {
      visit,
      draft,
      quiet,
      seen,
      open,
      events: NOTHING,
      away: 0,
      ready: false,
      beginning: false,
      trouble: null,
      past: { items: [] },
      outbox: [],
      answer: null,
      typing: false,
    };
  }

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  on(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
