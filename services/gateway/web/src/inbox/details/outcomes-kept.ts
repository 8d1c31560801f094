import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { askUntil } from "../../models/asking";
import { type Listed, listed, withFirst, withMore } from "../../models/paging";
import type { Api } from "../../wire/api";
import type { Problem } from "../../wire/problem";
import type { Accepted, ActivityBody, DealBody, Outcome, OutcomeBody, Page_Outcome_ } from "../../wire/types";
import { problemFrom } from "../ui/loaded";

const idOf = (outcome: Outcome) => outcome.outcome_id;

/** What an agent makes of a conversation, and where it is asked for. */
export type Wanted =
  | { kind: "lead"; body: OutcomeBody }
  | { kind: "deal"; body: DealBody }
  | { kind: "activity"; body: ActivityBody };
const PATHS = { lead: "leads", deal: "deals", activity: "activities" } as const;

/** What came of a conversation, newest first. */
export class Outcomes {
  private readonly list = signal<Listed<Outcome> | null>(null);
  /** Null before they were read. */
  readonly items: ReadonlySignal<readonly Outcome[] | null> = computed(() => this.list.value?.items ?? null);
  /** Why they could not be read the last time. */
  readonly problem = signal<Problem | null>(null);
  readonly hasMore: ReadonlySignal<boolean> = computed(() => (this.list.value?.next ?? null) !== null);

  constructor(
    private readonly api: Api,
    private readonly path: string,
  ) {}

  /** What cannot be read is told in its own place: the fields beside it are as good without it. */
  async read(): Promise<void> {
    try {
      this.takeFirst(await this.first());
      this.problem.value = null;
    } catch (error) {
      this.problem.value = problemFrom(error);
    }
  }

  async more(): Promise<void> {
    const list = this.list.value;
    if (list === null || list.next === null) return;
    const page = await this.api.get<Page_Outcome_>(
      `${this.path}/outcomes?cursor=${encodeURIComponent(list.next)}`,
    );
    if (this.list.value === list) this.list.value = withMore(list, page, idOf);
  }

  /** Makes it, once for each key, and waits until the list tells it: reads follow a moment later. */
  async make(wanted: Wanted, key: string): Promise<void> {
    const { ids } = await this.api.post<Accepted>(`${this.path}/${PATHS[wanted.kind]}`, wanted.body, { key });
    const made = ids?.[`${wanted.kind}_id`];
    const isThere = (page: Page_Outcome_) => page.items.some((outcome) => idOf(outcome) === made);
    void askUntil(() => this.first(), isThere).then(
      (page) => this.takeFirst(page),
      // It is made; the next read shows it.
      () => undefined,
    );
  }

  private async first(): Promise<Page_Outcome_> {
    return await this.api.get<Page_Outcome_>(`${this.path}/outcomes?limit=20`);
  }

  private takeFirst(page: Page_Outcome_): void {
    const list = this.list.value;
    this.list.value = list === null ? listed(page) : withFirst(list, page, idOf);
  }
}
