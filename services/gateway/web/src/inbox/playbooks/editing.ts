import { computed, signal } from "@preact/signals";
import { overLimits, withinLimits } from "../../models/playbook-limits";
import {
  type Difference,
  differenceOf,
  keptMine,
  merged,
  same,
  sameFlow,
  settled,
} from "../../models/playbook-merge";
import type { Api } from "../../wire/api";
import { Problem } from "../../wire/problem";
import type { Accepted, Flow, FlowProblem, Playbook, Problems } from "../../wire/types";
import { problemFrom } from "../ui/loaded";
import { ATTEMPTS_MAX, isStale, MEANWHILE, SAVE_AFTER_MS, type Saving } from "./saving";
import { type Timers, timers } from "./timers";

/**
 * One playbook in front of one editor. Changes are there at once and are saved by themselves, on the version that was
 * read: what somebody else did meanwhile is never written over unseen.
 */
export class Editing {
  readonly flow;
  readonly playbook;
  readonly saving = signal<Saving>({ is: "saved" });
  readonly problems = computed(() => [...overLimits(this.flow.value), ...this.checked.value]);
  /** What somebody else did meanwhile that fits with one's own changes. */
  readonly news = signal<Difference | null>(null);
  readonly isSaved = computed(() => this.saving.value.is === "saved");
  private readonly isSettled = computed(() => ["saved", "held"].includes(this.saving.value.is));
  private readonly checked = signal<readonly FlowProblem[]>([]);
  private readonly path: string;
  private base: Flow;
  private version: number;
  private timer: number | null = null;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly api: Api,
    read: Playbook,
    private readonly around: Timers = timers,
  ) {
    this.path = `playbook/playbooks/${read.playbook_id}`;
    this.playbook = signal(read);
    this.flow = signal(read.draft);
    this.base = read.draft;
    this.version = read.version ?? 1;
  }

  /** Another draft, from one's own hand. */
  change(flow: Flow): void {
    if (flow === this.flow.value) return;
    this.flow.value = flow;
    if (this.saving.value.is === "conflict") return;
    this.saving.value = { is: "changed" };
    this.later();
  }

  /** Saves now what is not saved yet; says whether all of it is. */
  async flush(): Promise<boolean> {
    await this.inTurn(() => this.save());
    return this.isSaved.value;
  }

  /** Reads what keeps the draft from being published. */
  async check(): Promise<void> {
    const told = await this.api.get<Problems>(`${this.path}/problems`);
    // What was checked may be older than what stands here by now.
    if (told.version >= this.version) this.checked.value = told.problems;
  }

  /** Makes the draft what new visits walk; refused with `changed_meanwhile` where it is not what was `shown` any more. */
  async publish(note: string, shown: Flow = this.flow.value): Promise<void> {
    const isSaved = await this.flush();
    if (!isSaved && sameFlow(this.flow.value, shown)) return;
    await this.inTurn(async () => {
      for (let attempt = 1; ; attempt += 1) {
        if (!sameFlow(this.flow.value, shown)) throw new Problem(412, MEANWHILE, "");
        const headers = { "if-match": `"${this.version}"` };
        try {
          this.accept(await this.api.post<Accepted>(`${this.path}/publish`, { note }, { headers }));
          break;
        } catch (error) {
          if (!isStale(error) || attempt === ATTEMPTS_MAX) throw error;
          this.meet(await this.api.get<Playbook>(this.path));
        }
      }
      this.playbook.value = await this.api.get<Playbook>(this.path);
    });
  }

  /** A command on the playbook that is not about its draft. Raises the Problem of a refusal. */
  async command(name: string, body: unknown = {}): Promise<void> {
    await this.inTurn(async () => {
      this.accept(await this.api.post<Accepted>(`${this.path}/${name}`, body));
      this.playbook.value = await this.api.get<Playbook>(this.path);
    });
  }

  /**
   * Settles something that is no part of the draft, where it still is what it was when its change began: what somebody
   * else made of it meanwhile is not written over unseen, and is there to be seen then. Raises the Problem of a refusal.
   */
  async settle(name: string, body: unknown, part: (of: Playbook) => unknown, was: unknown): Promise<void> {
    await this.inTurn(async () => {
      const now = await this.api.get<Playbook>(this.path);
      this.playbook.value = now;
      if (!same(part(now), was)) throw new Problem(412, "playbook_changed", "");
      const headers = { "if-match": `"${now.version ?? 1}"` };
      this.accept(await this.api.post<Accepted>(`${this.path}/${name}`, body, { headers }));
      this.playbook.value = await this.api.get<Playbook>(this.path);
    });
  }

  /** Takes back the last change of the draft, or makes it again; also one of before a reload, or of somebody else. */
  async turn(way: "undo" | "redo"): Promise<void> {
    const isSaved = await this.flush();
    if (this.saving.value.is === "held" && way === "undo") {
      this.flow.value = this.base;
      this.saving.value = { is: "saved" };
    }
    if (!isSaved) return;
    await this.inTurn(async () => {
      try {
        const headers = { "if-match": `"${this.version}"` };
        await this.api.post<Accepted>(`${this.path}/${way}`, {}, { headers });
      } catch (error) {
        if (!isStale(error)) throw error;
      }
      // Where somebody else was faster, their change is what is seen, and can be taken back next.
      await this.readAnew();
    });
  }

  /** Puts a document's cards and look, or a version's cards, in place of the draft's; undoing brings the cards back. */
  async replace(way: string, body: unknown = {}): Promise<void> {
    await this.flush();
    await this.inTurn(async () => {
      try {
        const headers = { "if-match": `"${this.version}"` };
        await this.api.post<Accepted>(`${this.path}/${way}`, body, { headers });
      } catch (error) {
        if (isStale(error)) this.meet(await this.api.get<Playbook>(this.path));
        throw error;
      }
      await this.readAnew();
    });
  }

  private async readAnew(): Promise<void> {
    this.rebase(await this.api.get<Playbook>(this.path));
    this.flow.value = this.base;
    this.saving.value = { is: "saved" };
    await this.check().catch(() => undefined);
  }

  /**
   * Puts another name, look or list of sites in place of what is there. `bodyOn` gives what is sent, from the playbook as
   * it is by now, or null where somebody else changed the same: then it is refused with `changed_meanwhile`.
   */
  async put(name: "name" | "look" | "sites", bodyOn: (now: Playbook) => unknown): Promise<void> {
    await this.inTurn(async () => {
      for (let attempt = 1; ; attempt += 1) {
        const body = bodyOn(this.playbook.value);
        if (body === null) throw new Problem(412, MEANWHILE, "");
        const headers = { "if-match": `"${this.playbook.value.version ?? 1}"` };
        try {
          this.accept(await this.api.post<Accepted>(`${this.path}/${name}`, body, { headers }));
          break;
        } catch (error) {
          if (!isStale(error) || attempt === ATTEMPTS_MAX) throw error;
          this.playbook.value = await this.api.get<Playbook>(this.path);
        }
      }
      this.playbook.value = await this.api.get<Playbook>(this.path);
    });
  }

  /** Where both changed the same: theirs, with whatever else I changed given up; or mine, with theirs where it fits. */
  decide(whose: "theirs" | "mine"): void {
    const { value: conflict } = this.saving;
    if (conflict.is !== "conflict") return;
    const { theirs } = conflict;
    const flow = whose === "theirs" ? theirs.draft : keptMine(this.base, theirs.draft, this.flow.value);
    this.rebase(theirs);
    this.flow.value = flow;
    this.saving.value = { is: "changed" };
    void this.flush();
  }

  /** Looks whether somebody else has changed it; what fits is taken over. */
  async look(): Promise<void> {
    await this.inTurn(async () => {
      if (!this.isSettled.value) return;
      const now = await this.api.get<Playbook>(this.path);
      if ((now.version ?? 1) > this.version && this.isSettled.value) this.meet(now);
      await this.check();
    });
  }

  stop(): void {
    if (this.timer !== null) this.around.clear(this.timer);
    this.timer = null;
    if (!this.isSaved.value) void this.flush();
  }

  private later(): void {
    if (this.timer !== null) this.around.clear(this.timer);
    this.timer = this.around.set(() => {
      this.timer = null;
      void this.flush();
    }, SAVE_AFTER_MS);
  }

  /** One request after the other: each names the version that the one before has made. */
  private async inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.running.then(run);
    this.running = turn.catch(() => undefined);
    return await turn;
  }

  private async save(): Promise<void> {
    if (this.saving.value.is === "conflict") return;
    const { value: typed } = this.flow;
    const flow = withinLimits(typed, this.base);
    if (sameFlow(flow, this.base)) {
      this.saving.value = { is: flow === typed ? "saved" : "held" };
      return;
    }
    this.saving.value = { is: "saving" };
    try {
      const headers = { "if-match": `"${this.version}"` };
      this.accept(await this.api.post<Accepted>(`${this.path}/flow`, { flow }, { headers }));
      this.base = flow;
      const { undo = [] } = this.playbook.value;
      const told = { undo: [...undo, this.version], redo: [], version: this.version, draft: flow };
      this.playbook.value = { ...this.playbook.value, ...told, draft_changed: true };
      await this.again(typed, flow);
    } catch (error) {
      await this.refused(problemFrom(error));
    }
  }

  /** What was changed while the rest was on its way is saved next; then the check is asked. */
  private async again(typed: Flow, sent: Flow): Promise<void> {
    if (this.flow.value !== typed) {
      this.saving.value = { is: "changed" };
      this.later();
      return;
    }
    this.saving.value = { is: sent === typed ? "saved" : "held" };
    // Where it does not come, the problems of before stay until the next change, and publishing asks anyhow.
    await this.check().catch(() => undefined);
  }

  private async refused(problem: Problem): Promise<void> {
    if (!isStale(problem)) {
      this.saving.value = { is: "failed", problem };
      return;
    }
    try {
      this.meet(await this.api.get<Playbook>(this.path));
    } catch (error) {
      this.saving.value = { is: "failed", problem: problemFrom(error) };
    }
  }

  /** Somebody else's state of the playbook meets one's own. */
  private meet(theirs: Playbook): void {
    const did = differenceOf(this.base, theirs.draft);
    const met = merged(this.base, settled(this.flow.value, theirs.draft), this.flow.value);
    if (met.is === "conflict") {
      this.saving.value = { is: "conflict", theirs, did, cards: met.cards };
      return;
    }
    if (!sameFlow(this.base, theirs.draft)) this.news.value = did;
    this.rebase(theirs);
    this.flow.value = met.flow;
    if (sameFlow(met.flow, this.base)) this.saving.value = { is: "saved" };
    else {
      this.saving.value = { is: "changed" };
      this.later();
    }
  }

  private rebase(read: Playbook): void {
    const draft = settled(this.flow.value, read.draft);
    this.base = draft;
    this.version = read.version ?? 1;
    this.playbook.value = { ...read, draft };
  }

  /** Where somebody else's change came between, the next save is refused, and meets it. */
  private accept({ version }: Accepted): void {
    if (version <= this.version + 1) this.version = version;
  }
}
