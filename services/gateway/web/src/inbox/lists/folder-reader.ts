import { type Signal, signal } from "@preact/signals";
import { folderId, type InboxState, withPage } from "../../models/inbox";
import type { Api } from "../../wire/api";
import type { Problem } from "../../wire/problem";
import type { InboxRow } from "../../wire/types";
import { onePage } from "../pages";
import { problemFrom } from "../ui/loaded";

/** How far a folder was read. */
export interface Reading {
  readonly begun: boolean;
  readonly busy: boolean;
  readonly cursor: string | null;
  readonly more: boolean;
  readonly problem: Problem | null;
}

const UNREAD: Reading = { begun: false, busy: false, cursor: null, more: true, problem: null };
const PAGE = 50;
/** A folder in another order than its pages is read as a whole: so many of its conversations at most. */
const WHOLE = 1_000;

/** Reads folders page by page into the state that rows keep up to date. */
export class FolderReader {
  private readonly readings = new Map<string, Signal<Reading>>();
  private readonly last = new Map<string, InboxRow>();
  /** The folder that is looked at: read anew after a cut. */
  private open: string | null = null;

  constructor(
    private readonly api: Api,
    private readonly state: Signal<InboxState>,
    private readonly me: string,
  ) {}

  /** How far a folder of an address was read. */
  of(folder: string): Signal<Reading> {
    const id = folderId(folder, this.me);
    const known = this.readings.get(id) ?? signal(UNREAD);
    this.readings.set(id, known);
    return known;
  }

  /** Reads what is to be seen first of a folder that is looked at now. */
  async look(folder: string): Promise<void> {
    this.open = folderId(folder, this.me);
    if (!this.of(folder).value.begun) await this.more(folder);
  }

  /** Reads on. */
  async more(folder: string): Promise<void> {
    const id = folderId(folder, this.me);
    const reading = this.of(id);
    if (reading.value.busy || !reading.value.more) return;
    reading.value = { ...reading.value, busy: true, problem: null };
    try {
      do await this.page(id, reading);
      while (id !== "closed" && reading.value.more && this.sizeOf(id) < WHOLE);
      reading.value = { ...reading.value, busy: false };
    } catch (error) {
      reading.value = { ...reading.value, busy: false, problem: problemFrom(error) };
    }
  }

  /** Rows were missed: all folders are read anew when they are looked at, the open one now. */
  again(): void {
    for (const [id, reading] of this.readings) {
      reading.value = UNREAD;
      this.last.delete(id);
    }
    if (this.open !== null) void this.more(this.open);
  }

  private async page(id: string, reading: Signal<Reading>): Promise<void> {
    const asked = this.state.value;
    const after = this.last.get(id) ?? null;
    const limit = id === "closed" ? PAGE : 100;
    const told = await onePage<InboxRow>(this.api, `gateway/folders/${id}`, reading.value.cursor, limit);
    const cursor = told.next ?? null;
    const page = { folder: id, items: told.items, after, more: cursor !== null, asked };
    this.state.value = withPage(this.state.value, page);
    const last = told.items.at(-1);
    if (last !== undefined) this.last.set(id, last);
    reading.value = { ...reading.value, begun: true, cursor, more: cursor !== null };
  }

  private sizeOf(id: string): number {
    return [...this.state.value.rows.values()].filter((row) => row.folder === id).length;
  }
}
