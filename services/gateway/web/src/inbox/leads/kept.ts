import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type Listed, listed, withFirst, withMore } from "../../models/paging";
import type { Api } from "../../wire/api";
import type { Problem } from "../../wire/problem";
import type { Outcome } from "../../wire/types";
import { onePage } from "../pages";
import { problemFrom } from "../ui/loaded";

export type Kind = Outcome["kind"];

const PATHS = { lead: "crm/leads", deal: "crm/deals", activity: "crm/activities" } as const;
const AT_ONCE = 30;

const idOf = (outcome: Outcome) => outcome.outcome_id;

/** The leads, deals or activities of the workspace, newest first. What is shown stays until newer ones are asked for. */
export class Leads {
  private readonly list = signal<Listed<Outcome> | null>(null);
  /** Null before they were read. */
  readonly items: ReadonlySignal<readonly Outcome[] | null> = computed(() => this.list.value?.items ?? null);
  readonly hasMore: ReadonlySignal<boolean> = computed(() => (this.list.value?.next ?? null) !== null);
  /** There are newer ones than those that are shown. */
  readonly newer = signal(false);
  /** Why they could not be read the last time. */
  readonly problem = signal<Problem | null>(null);
  private looking = false;

  constructor(
    private readonly api: Api,
    private readonly kind: Kind,
  ) {}

  /** Reads the newest; what stood on later pages stays. */
  async read(): Promise<void> {
    try {
      const page = await onePage<Outcome>(this.api, PATHS[this.kind], null, AT_ONCE);
      const list = this.list.value;
      this.list.value = list === null ? listed(page) : withFirst(list, page, idOf);
      this.newer.value = false;
      this.problem.value = null;
    } catch (error) {
      this.problem.value = problemFrom(error);
    }
  }

  /** Looks whether there are newer ones, by one row. Where none is shown yet they are: nothing is moved by them. */
  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      if (this.items.value === null) await this.read();
      else if (await this.isBehind()) {
        if (this.items.value.length === 0) await this.read();
        else this.newer.value = true;
      }
    } catch {
      // The next look tells it.
    } finally {
      this.looking = false;
    }
  }

  async more(): Promise<void> {
    const list = this.list.value;
    if (list === null || list.next === null) return;
    const page = await onePage<Outcome>(this.api, PATHS[this.kind], list.next, AT_ONCE);
    if (this.list.value === list) this.list.value = withMore(list, page, idOf);
  }

  private async isBehind(): Promise<boolean> {
    const [newest] = (await onePage<Outcome>(this.api, PATHS[this.kind], null, 1)).items;
    const shown = this.items.value ?? [];
    return newest !== undefined && !shown.some((one) => idOf(one) === idOf(newest));
  }
}
