import { signal } from "@preact/signals";
import type { Api } from "../../wire/api";
import type { Problem } from "../../wire/problem";
import type { FoundConversation } from "../../wire/types";
import { onePage } from "../pages";
import { problemFrom } from "../ui/loaded";

const WAIT_MS = 300;
/** So many fill a list: with fewer there is nothing to scroll by which more would be asked for. */
const FULL = 12;

export interface Found {
  readonly words: string;
  readonly folder: string | null;
  readonly items: readonly FoundConversation[];
  readonly busy: boolean;
  readonly next: string | null;
  readonly problem: Problem | null;
}

/** What is looked for in all conversations, and what was found: asked once the typing rests. */
export class Search {
  readonly words = signal("");
  readonly found = signal<Found | null>(null);
  private timer: number | undefined;
  /** Where it is looked for; null: everywhere. */
  private folder: string | null = null;
  /** What is asked now: whatever is looked for next ends it, here and at the server. */
  private asking = new AbortController();

  constructor(private readonly api: Api) {}

  type(words: string, folder: string | null = null): void {
    this.words.value = words;
    this.folder = folder;
    clearTimeout(this.timer);
    if (words.trim() === "") {
      this.asking.abort();
      this.found.value = null;
    } else this.timer = setTimeout(() => void this.begin(), WAIT_MS);
  }

  /** Looks for the same in this folder alone, or everywhere again. */
  async within(folder: string | null): Promise<void> {
    this.folder = folder;
    await this.begin();
  }

  async begin(): Promise<void> {
    const words = this.words.value.trim();
    if (words === "") return;
    clearTimeout(this.timer);
    this.asking.abort();
    this.asking = new AbortController();
    // What was found before stays until there is something in its place.
    const items = this.found.value?.items ?? [];
    this.found.value = { words, folder: this.folder, items, busy: true, next: null, problem: null };
    await this.page({ words, folder: this.folder }, null, []);
  }

  async more(): Promise<void> {
    const found = this.found.value;
    if (found === null || found.busy || found.next === null) return;
    this.found.value = { ...found, busy: true, problem: null };
    await this.page(found, found.next, found.items);
  }

  /** Reads on where so few are shown, e.g. because a page had none of the folder: the rest may be behind it. */
  async fill(shown: number): Promise<void> {
    if (shown < FULL && this.found.value?.problem === null) await this.more();
  }

  private async page(
    { words, folder }: Pick<Found, "words" | "folder">,
    cursor: string | null,
    before: readonly FoundConversation[],
  ): Promise<void> {
    const { signal: ended } = this.asking;
    try {
      const where = folder === null ? {} : { folder };
      const path = `gateway/search?${new URLSearchParams({ words, ...where })}`;
      const told = await onePage<FoundConversation>(this.api, path, cursor, 30, { signal: ended });
      this.tell(ended, { items: [...before, ...told.items], next: told.next ?? null, problem: null });
    } catch (error) {
      this.tell(ended, { items: before, next: cursor, problem: problemFrom(error) });
    }
  }

  private tell(ended: AbortSignal, what: Pick<Found, "items" | "next" | "problem">): void {
    if (this.found.value !== null && !ended.aborted)
      this.found.value = { ...this.found.value, ...what, busy: false };
  }
}
