import type { KeptPanel } from "../models/kept";
import type { Outbox } from "../models/outgoing";
import { NOTHING, type Visit } from "../models/visitor";
import type { OwnConversation } from "../wire/types";
import type { Key } from "./texts";

/** What the screen is made of. */
export interface State extends Omit<KeptPanel, "pages" | "last" | "who"> {
  open: boolean;
  /** The visitor's chats of before. */
  past: readonly OwnConversation[];
  events: Visit;
  /** The socket was cut, and did not come back at once. */
  away: boolean;
  /** All that was missing has come. */
  ready: boolean;
  beginning: boolean;
  trouble: Key | null;
  outbox: Outbox;
  /** The answer that is on its way to a card, by the card's arrival; or why it was refused. */
  answer: { arrival: number; text: string; refused: string | null } | null;
  /** The agent writes. */
  typing: boolean;
  seen: number;
}

/** Holds the state, keeps what is to be kept, and says when it has changed. */
export class Store {
  state: State;
  private listeners = new Set<() => void>();

  constructor({ visit, draft, quiet }: KeptPanel, open: boolean) {
    this.state = {
      ...{ visit, draft, quiet, open },
      events: NOTHING,
      away: false,
      ready: false,
      beginning: false,
      trouble: null,
      past: [],
      outbox: [],
      answer: null,
      typing: false,
      seen: 0,
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
