import { signal } from "@preact/signals";
import type { PrivateNote } from "../../models/thread-blocks";
import type { Accepted, Note } from "../../wire/types";
import type { Inbox } from "../context";
import { noteChanged, onNoteChanged } from "../note-writing";
import { everyPage } from "../pages";
import { serverClock } from "../server-clock";

const AGAIN_MS = 20_000;
/** Reads follow what was written a moment later. */
const SOON_MS = 700;

/** The private notes of a conversation. No socket tells of them: they are read again while somebody looks. */
export class Notes {
  readonly all = signal<readonly PrivateNote[]>([]);
  /** One that was written here is on its way. */
  readonly saving = signal(false);
  /** The same note, tried again, is one note. */
  private key = crypto.randomUUID();
  private timer: number | undefined;
  private soon: number | undefined;
  private unheard: () => void = () => undefined;
  private readonly path: string;

  constructor(
    private readonly inbox: Pick<Inbox, "api" | "me">,
    private readonly conversationId: string,
  ) {
    this.path = `crm/conversations/${conversationId}/details/notes`;
  }

  start(): void {
    void this.read();
    this.timer = setInterval(() => {
      if (document.visibilityState === "visible") void this.read();
    }, AGAIN_MS);
    this.unheard = onNoteChanged(this.conversationId, () => {
      clearTimeout(this.soon);
      this.soon = setTimeout(() => void this.read(), SOON_MS);
    });
  }

  stop(): void {
    clearInterval(this.timer);
    clearTimeout(this.soon);
    this.unheard();
  }

  /** Another text is another note. */
  changes(): void {
    this.key = crypto.randomUUID();
  }

  /** Writes one. Raises the Problem of a refusal. */
  async write(text: string): Promise<void> {
    const { key } = this;
    this.saving.value = true;
    let told: Accepted;
    try {
      told = await this.inbox.api.post<Accepted>(this.path, { text }, { key });
    } finally {
      this.saving.value = false;
    }
    if (this.key === key) this.changes();
    const { agent_id: by, name: byName } = this.inbox.me;
    const noteId = told.ids?.note_id ?? key;
    const note = { noteId, at: new Date(serverClock.now()).toISOString(), by, byName, text };
    this.all.value = [...this.all.value.filter((one) => one.noteId !== noteId), note];
    noteChanged(this.conversationId);
  }

  /** Reads them anew. Where the details are not there yet, or cannot be read, there are none to show. */
  async read(): Promise<void> {
    try {
      const told = await everyPage<Note>(this.inbox.api, this.path);
      const read = told.map(({ note_id, created_at, by, by_name, text }) => ({
        noteId: note_id,
        at: created_at,
        by,
        byName: by_name,
        text,
      }));
      const there = new Set(read.map((note) => note.noteId));
      const young = serverClock.now() - AGAIN_MS;
      // One that was written a moment ago may not be there to be read yet.
      const own = this.all.value.filter((note) => !there.has(note.noteId) && Date.parse(note.at) > young);
      this.all.value = [...read, ...own];
    } catch {
      // It is read again a little later.
    }
  }
}
