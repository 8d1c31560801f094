import { signal } from "@preact/signals";
import type { Api } from "../../wire/api";
import type { Problem } from "../../wire/problem";
import type { FoundConversation } from "../../wire/types";
import { onePage } from "../pages";
import { problemFrom } from "../ui/loaded";

const WAIT_MS = 300;

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

  constructor(private readonly api: Api) {}

  type(words: string, folder: string | null = null): void {
    this.words.value = words;
    this.folder = folder;
    clearTimeout(this.timer);
    if (words.trim() === "") this.found.value = null;
    else this.timer = setTimeout(() => void this.begin(), WAIT_MS);
  }

  async begin(): Promise<void> {
    const words = this.words.value.trim();
    if (words === "") return;
    // What was found before stays until there is something in its place.
    const items = this.found.value?.items ?? [];
    this.found.value = { words, folder: this.folder, items, busy: true, next: null, problem: null };
    await this.page(words, null, []);
  }

  async more(): Promise<void> {
    const found = this.found.value;
    if (found === null || found.busy || found.next === null) return;
    this.found.value = { ...found, busy: true, problem: null };
    await this.page(found.words, found.next, found.items);
  }

  private async page(
    words: string,
    cursor: string | null,
    before: readonly FoundConversation[],
  ): Promise<void> {
    try {
      const where = this.folder === null ? {} : { folder: this.folder };
      const path = `gateway/search?${new URLSearchParams({ words, ...where })}`;
      const told = await onePage<FoundConversation>(this.api, path, cursor, 30);
      if (this.found.value?.words !== words) return;
      const items = [...before, ...told.items];
      this.found.value = { ...this.found.value, items, busy: false, next: told.next ?? null, problem: null };
    } catch (error) {
      if (this.found.value?.words !== words) return;
      this.found.value = {
        ...this.found.value,
        items: before,
        busy: false,
        next: cursor,
        problem: problemFrom(error),
      };
    }
  }
}
