import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type Done, notesNow, notTold } from "../../models/notes";
import { type Listed, withFirst, withMore } from "../../models/paging";
import type { Api } from "../../wire/api";
import type { Accepted, Note, Page_Note_ } from "../../wire/types";
import { keptInTab } from "../kept";
import { noteChanged } from "../note-writing";

const idOf = (note: Note) => note.note_id;

interface Author {
  agent_id: string;
  name: string;
}

/** A conversation's notes: what was read, what was done here since, and the one that is being written. */
export class Notes {
  /** What is being written; it stays until it is saved. */
  readonly draft = signal("");
  /** What notes that are edited are to say, by their ids; it stays until it is saved or given up. */
  readonly editing = signal<ReadonlyMap<string, string>>(new Map());
  private readonly read = signal<{ list: Listed<Note>; version: number }>({
    list: { items: [], next: null },
    version: 0,
  });
  private readonly done = signal<readonly Done[]>([]);
  readonly items: ReadonlySignal<Note[]> = computed(() => {
    const { list, version } = this.read.value;
    return notesNow(list.items, version, this.done.value);
  });
  readonly hasMore: ReadonlySignal<boolean> = computed(() => this.read.value.list.next !== null);

  private readonly path: string;
  private readonly keepEdit: (noteId: string, text: string | null) => void;

  constructor(
    private readonly api: Api,
    private readonly conversationId: string,
    /** Under which the tab keeps what is being written. */
    kept: string,
  ) {
    this.path = `crm/conversations/${conversationId}/details/notes`;
    this.draft.value = keptInTab.get(kept) ?? "";
    effect(() => keptInTab.set(kept, this.draft.value === "" ? null : this.draft.value));
    const edits = `${kept}.`;
    const known = keptInTab.names(edits).map((name) => [name.slice(edits.length), keptInTab.get(name) ?? ""]);
    this.editing.value = new Map(known as [string, string][]);
    this.keepEdit = (noteId, text) => keptInTab.set(edits + noteId, text);
  }

  /** Whether something is being written. */
  get isWriting(): boolean {
    return this.draft.peek() !== "" || this.editing.peek().size > 0;
  }

  /** A note is to say this; null: it stays as it is. */
  edits(noteId: string, text: string | null): void {
    const editing = new Map(this.editing.peek());
    if (text === null) editing.delete(noteId);
    else editing.set(noteId, text);
    this.editing.value = editing;
    this.keepEdit(noteId, text);
  }

  /** Takes the first page, as it came with the details of this version. */
  take(page: Page_Note_, version: number): void {
    if (version < this.read.value.version) return;
    this.read.value = { list: withFirst(this.read.value.list, page, idOf), version };
    this.done.value = notTold(this.done.value, version);
  }

  async more(): Promise<void> {
    const { list, version } = this.read.value;
    if (list.next === null) return;
    const page = await this.api.get<Page_Note_>(`${this.path}?cursor=${encodeURIComponent(list.next)}`);
    if (this.read.value.list === list) this.read.value = { list: withMore(list, page, idOf), version };
  }

  /** Writes a note; with the same key it is written once, however often it is tried. */
  async add(text: string, key: string, me: Author): Promise<void> {
    const { version, ids } = await this.api.post<Accepted>(this.path, { text }, { key });
    const note = {
      note_id: ids?.note_id ?? key,
      text,
      by: me.agent_id,
      by_name: me.name,
      created_at: new Date().toISOString(),
      edited_at: null,
    };
    this.remember({ do: "added", note, version });
  }

  async edit(noteId: string, text: string): Promise<void> {
    const { version } = await this.api.post<Accepted>(`${this.path}/${noteId}`, { text });
    this.remember({ do: "edited", note_id: noteId, text, at: new Date().toISOString(), version });
    // What was typed meanwhile is to be saved as well.
    if (this.editing.peek().get(noteId)?.trim() === text) this.edits(noteId, null);
  }

  async remove(noteId: string): Promise<void> {
    const { version } = await this.api.post<Accepted>(`${this.path}/${noteId}/remove`);
    this.remember({ do: "removed", note_id: noteId, version });
  }

  private remember(done: Done): void {
    this.done.value = [...notTold(this.done.value, this.read.value.version), done];
    noteChanged(this.conversationId);
  }
}
