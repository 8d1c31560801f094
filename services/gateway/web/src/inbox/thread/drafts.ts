import { signal } from "@preact/signals";
import type { Api } from "../../wire/api";
import { kept } from "../kept";
import { Attachment } from "./attaching";

/** A text that one has begun, kept over reloads until it is sent or saved. */
export class Draft {
  readonly text = signal("");

  constructor(private readonly place: string) {
    this.look();
  }

  /** Another tab may have gone on with it, or sent it. */
  look(): void {
    this.text.value = kept.get(this.place) ?? "";
  }

  write(text: string): void {
    this.text.value = text;
    kept.set(this.place, text === "" ? null : text);
  }

  /** This was sent or saved. What was typed meanwhile is another one, and stays. */
  sent(said: string): void {
    if (this.text.peek().trim() === said) this.write("");
  }
}

/** What one has begun in a conversation; it stays while one writes something else, or looks at another one. */
class Drafts {
  readonly message: Draft;
  readonly note: Draft;
  readonly file: Attachment;

  constructor(api: Api, me: string, conversationId: string) {
    const place = `draft.${me}.${conversationId}`;
    this.message = new Draft(`${place}.message`);
    this.note = new Draft(`${place}.note`);
    this.file = new Attachment(api, conversationId, `${place}.file`);
  }

  look(): void {
    this.message.look();
    this.note.look();
    this.file.look();
  }
}

/** The drafts of all conversations, as long as one is signed in. */
export class AllDrafts {
  private readonly all = new Map<string, Drafts>();
  private deaf: () => void = () => undefined;

  constructor(
    private readonly api: Api,
    private readonly me: string,
  ) {}

  /** Those of a conversation that is opened. */
  of(conversationId: string): Drafts {
    const known = this.all.get(conversationId);
    known?.look();
    if (known !== undefined) return known;
    const made = new Drafts(this.api, this.me, conversationId);
    this.all.set(conversationId, made);
    return made;
  }

  /** Whether a file waits for a message, also one that has not arrived: what has, and the texts, are kept. */
  get hasFile(): boolean {
    return [...this.all.values()].some((one) => one.file.now.peek() !== null);
  }

  /** Hears which files other tabs of the agent sent or took out. */
  start(): void {
    this.deaf = kept.onGone(`draft.${this.me}.`, (name) => {
      for (const one of this.all.values()) one.file.gone(name);
    });
  }

  stop(): void {
    this.deaf();
    for (const one of this.all.values()) one.file.stop();
  }
}
