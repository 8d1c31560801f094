import { type Signal, signal } from "@preact/signals";
import { folderId, type InboxState, NOTHING, withPage } from "../../models/inbox";
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
  /** The row that the last page ended with. */
  readonly last: InboxRow | null;
  readonly more: boolean;
  readonly problem: Problem | null;
}

/** A folder of an address, and what of it is wanted: the names of the filters as the service knows them. */
export interface Wanted {
  readonly folder: string;
  readonly only: readonly string[];
}

const UNREAD: Reading = { begun: false, busy: false, cursor: null, last: null, more: true, problem: null };
const PAGE = 50;
/** A folder in another order than its pages is read as a whole: so many of its conversations at most. */
const WHOLE = 1_000;

/** Reads folders page by page into the state that rows keep up to date. */
export class FolderReader {
  private readonly readings = new Map<string, Signal<Reading>>();
  /** What is looked at: read anew after a cut. */
  private open: Wanted | null = null;
  /** What was known when rows were missed last. */
  private doubted: InboxState = NOTHING;

  constructor(
    private readonly api: Api,
    private readonly state: Signal<InboxState>,
    private readonly me: string,
  ) {}

  /** How far it was read. */
  of(wanted: Wanted): Signal<Reading> {
    const path = this.path(wanted);
    const known = this.readings.get(path) ?? signal(UNREAD);
    this.readings.set(path, known);
    return known;
  }

  /** Reads what is to be seen first of what is looked at now. */
  async look(wanted: Wanted): Promise<void> {
    this.open = wanted;
    if (!this.of(wanted).value.begun) await this.more(wanted);
  }

  /** Reads on. */
  async more(wanted: Wanted): Promise<void> {
    const reading = this.of(wanted);
    if (reading.value.busy || !reading.value.more) return;
    reading.value = { ...reading.value, busy: true, problem: null };
    try {
      const id = folderId(wanted.folder, this.me);
      do await this.page(wanted, reading);
      while (id !== "closed" && reading.value.more && this.sizeOf(id) < WHOLE);
      reading.value = { ...reading.value, busy: false };
    } catch (error) {
      reading.value = { ...reading.value, busy: false, problem: problemFrom(error) };
    }
  }

  /** Rows were missed: all folders are read anew when they are looked at, the open one now. */
  again(): void {
    this.doubted = this.state.value;
    for (const reading of this.readings.values()) reading.value = UNREAD;
    if (this.open !== null) void this.more(this.open);
  }

  private async page(wanted: Wanted, reading: Signal<Reading>): Promise<void> {
    const { doubted } = this;
    const id = folderId(wanted.folder, this.me);
    const { cursor: at, last: after } = reading.value;
    const told = await onePage<InboxRow>(this.api, this.path(wanted), at, id === "closed" ? PAGE : 100);
    const cursor = told.next ?? null;
    const partial = wanted.only.length > 0;
    const page = { folder: id, items: told.items, after, more: cursor !== null, partial, doubted };
    this.state.value = withPage(this.state.value, page);
    const last = told.items.at(-1) ?? after;
    reading.value = { ...reading.value, begun: true, cursor, last, more: cursor !== null };
  }

  private path({ folder, only }: Wanted): string {
    const query = only.map((name) => `${name}=true`).join("&");
    return `gateway/folders/${folderId(folder, this.me)}${query === "" ? "" : `?${query}`}`;
  }

  private sizeOf(id: string): number {
    return [...this.state.value.rows.values()].filter((row) => row.folder === id).length;
  }
}
