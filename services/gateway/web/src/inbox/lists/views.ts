import { signal } from "@preact/signals";
import type { Api } from "../../wire/api";
import type { Accepted, SavedView, SavedViews } from "../../wire/types";
import { FILTERS, type Filter } from "./filters";

/** One's own named views: a folder, and what its conversations must be like. */
export class Views {
  readonly all = signal<readonly SavedView[]>([]);
  /** What the list that is shown is narrowed to. */
  readonly filters = signal<ReadonlySet<Filter>>(new Set());
  /** How often one was chosen: also of the folder that is shown already. */
  readonly chosen = signal(0);
  /** What is to be shown of the folder that is gone to next. */
  private next: SavedView | null = null;
  /** The view that was chosen last, or kept from what is shown. */
  private readonly open = signal<SavedView | null>(null);

  constructor(private readonly api: Api) {}

  async read(): Promise<void> {
    this.all.value = (await this.api.get<SavedViews>("gateway/account/views")).items ?? [];
  }

  /** Keeps the filters of now under a name, and the words that are looked for. Raises the Problem of a refusal. */
  async save(name: string, folder: string, key: string, words = ""): Promise<void> {
    const chosen = this.filters.value;
    const filters = {
      missed: chosen.has("missed"),
      unread: chosen.has("unread"),
      visitor_left: chosen.has("visitor_left"),
      words,
    };
    const told = await this.api.post<Accepted>("gateway/account/views", { name, folder, filters }, { key });
    const view_id = told.ids?.view_id ?? key;
    const view = { view_id, name, folder, filters };
    this.all.value = [...this.all.value.filter((one) => one.view_id !== view_id), view];
    this.open.value = view;
  }

  async remove(view: SavedView): Promise<void> {
    await this.api.post(`gateway/account/views/${view.view_id}/remove`);
    this.all.value = this.all.value.filter((one) => one.view_id !== view.view_id);
  }

  /** The next folder that is gone to is shown so; without a view, whole. */
  choose(view: SavedView | null): void {
    this.next = view;
    this.chosen.value += 1;
  }

  /** The view that the list with these words shows; none, once it is narrowed otherwise. */
  shown(words: string): SavedView | null {
    const view = this.open.value;
    if (view === null || !this.all.value.includes(view)) return null;
    const narrowed = FILTERS.every((name) => (view.filters[name] === true) === this.filters.value.has(name));
    return narrowed && (view.filters.words ?? "") === words.trim() ? view : null;
  }

  readonly clear = (): void => {
    this.filters.value = new Set();
  };

  /** A folder is shown now: as it was chosen, else whole. Gives the words to look for in it. */
  shows(): string {
    const chosen = this.next?.filters;
    this.open.value = this.next;
    this.next = null;
    this.filters.value = new Set(FILTERS.filter((name) => chosen?.[name] === true));
    return chosen?.words ?? "";
  }
}
