import { signal } from "@preact/signals";
import type { Language } from "../../i18n/texts";
import { stillUnheeded } from "../../models/missed";
import {
  type Destination,
  destinationOf,
  type Notice,
  namesOf,
  noticeOf,
  remembered,
  type Settings,
  tagOf,
} from "../../models/notices";
import {
  heeded,
  isSettled,
  NOTHING,
  type NoticedRow,
  noticed,
  rowChanged,
  settled,
  type Unheeded,
  unread,
} from "../../models/unheeded";
import { takeOff } from "../../wire/device";
import { Keep } from "../../wire/kept";
import type { ToTab } from "../../wire/noticing";
import { isRecord } from "../../wire/problem";
import { Allowing } from "./allowing";
import { Bell } from "./bell";
import { Mark } from "./mark";
import { type Around as AroundCuts, Missing } from "./missing";
import { WorkerLine } from "./worker-line";

const CHANNEL = "livechat-notices";
/** How many notifications that stand from before are looked through. */
const STANDING_MAX = 30;

/** What it needs of the inbox around it. */
export interface Around extends AroundCuts {
  /** The conversation that this tab shows, if one. */
  readonly conversation: () => string | null;
  /** What this tab knows of a conversation now. */
  readonly row: (conversationId: string) => NoticedRow | undefined;
  readonly open: (to: Destination | null) => void;
}

/** One tab's part in notices: what it hears goes to the worker, and what was looked at or settled is taken back. */
export class Noticing {
  readonly unheeded = signal<Unheeded>(NOTHING);
  readonly settings = signal<Settings | null>(null);
  readonly kept = new Keep();
  readonly line = new WorkerLine();
  readonly allowing: Allowing;
  private readonly bell = new Bell();
  private readonly mark = new Mark();
  private readonly missing: Missing;
  /** The names of what this tab has heard, by a frame or in a list. */
  private heard: readonly string[] = [];
  private readonly others = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : null;
  private readonly front = () => this.look();
  private language: Language = "en";
  private stopped = false;

  constructor(private readonly around: Around) {
    this.missing = new Missing(around);
    this.allowing = new Allowing(around.api, around.agentId, this.kept, () => this.line.registration());
  }

  start(): void {
    this.bell.start();
    this.mark.start();
    for (const on of ["focus", "visibilitychange"]) addEventListener(on, this.front, { capture: true });
    if (this.others !== null) this.others.onmessage = (message) => this.hearTab(message.data);
    void this.begin();
  }

  stop(): void {
    this.stopped = true;
    this.missing.stop();
    this.bell.stop();
    this.mark.stop();
    this.line.stop();
    this.allowing.stop();
    this.others?.close();
    for (const on of ["focus", "visibilitychange"]) removeEventListener(on, this.front, { capture: true });
  }

  /** A notice by the socket. Every tab tells the worker, which shows it once; without one, this tab rings. */
  async hear(frame: unknown): Promise<void> {
    const notice = noticeOf(frame);
    if (notice !== null) await this.tell(notice);
  }

  private async tell(notice: Notice): Promise<void> {
    const { ids, first } = remembered(this.heard, ...namesOf(notice));
    if (!first) return;
    this.heard = ids;
    const needless = this.isLooking(notice.conversation_id) || this.isOver(notice);
    if (!needless) this.count(noticed(this.unheeded.value, notice));
    if (await this.line.tell({ is: "notice", notice })) return;
    if (!needless && notice.renotify && this.settings.value?.sound && this.bell.holds) await this.bell.ring();
  }

  /** Rows have changed: what was taken, closed or read stands on no desktop any more. */
  rows(): void {
    let after = this.unheeded.value;
    for (const id of after.keys()) {
      const found = this.around.row(id);
      if (found !== undefined) after = rowChanged(after, found, this.around.agentId);
    }
    this.settle(after);
  }

  /** The socket is cut, and was silent for so long before that was seen. */
  cut(silentMs = 0): void {
    this.missing.cut(silentMs);
  }

  /**
   * What came while nobody listened counts too: after each connection one's own conversations are looked through, and
   * after a cut all that wait as well. What nobody told this tab of then, is told as if its notice had come.
   */
  async catchUp(): Promise<void> {
    const before = this.unheeded.peek();
    const unread = this.countUnread();
    await this.missing.find(async (found) => {
      await unread;
      this.settle(stillUnheeded(this.unheeded.value, before, found.rows, this.around.agentId));
      for (const notice of found.notices) await this.tell(notice);
    });
    await unread;
  }

  private async countUnread(): Promise<void> {
    try {
      const { items } = await this.around.api.get<{ items: NoticedRow[] }>("gateway/folders/mine?limit=100");
      const shown = this.around.conversation();
      const unseen = items.filter((row) => !(row.conversation_id === shown && this.isLooking(shown)));
      this.count(unseen.reduce(unread, this.unheeded.value));
    } catch {
      // The next connection looks again.
    }
  }

  /** The agent may have another conversation before them, or this tab came to the front. */
  look(): void {
    const id = this.around.conversation();
    if (id === null || !this.isLooking(id)) return;
    this.missing.lookedAt(id);
    this.others?.postMessage({ heeded: id });
    this.count(heeded(this.unheeded.value, id));
    void this.line.tell({ is: "close", tags: [tagOf(id)] });
  }

  async set(change: Partial<Settings>): Promise<void> {
    const now = { ...defaults(this.language), ...this.settings.value, ...change };
    this.settings.value = now;
    await this.kept.change((kept) => [{ ...kept, settings: now }, null]);
  }

  /** The worker shows notices in the language of the pages. */
  async speak(language: Language): Promise<void> {
    this.language = language;
    if (this.settings.value !== null && this.settings.value.language !== language)
      await this.set({ language });
  }

  /** The worker judges deadlines by the server's clock, also while no tab is open. */
  async keepTime(ahead_ms: number): Promise<void> {
    await this.kept.change((kept) => [kept.ahead_ms === ahead_ms ? kept : { ...kept, ahead_ms }, null]);
  }

  /** Before the session ends: no notice of this agent's is to come to this browser, and none is to stay. */
  async leave(): Promise<void> {
    await this.line.tell({ is: "clear" });
    await takeOff(this.around.api, this.kept, 3_000);
  }

  private async begin(): Promise<void> {
    const { settings } = await this.kept.read();
    this.settings.value = { ...defaults(this.language), ...settings };
    await this.set({ language: this.language });
    if (this.stopped) return;
    const registration = await this.line.start((message) => this.hearWorker(message));
    await Promise.all([this.allowing.start(), this.takeUp(registration)]);
    this.look();
  }

  private hearWorker(message: ToTab): unknown {
    switch (message.is) {
      case "looking":
        return {
          looking: this.isLooking(message.conversation_id),
          settled: this.isOver(message),
          bell: this.bell.holds,
        };
      case "ring":
        if (this.bell.holds) void this.bell.ring();
        return null;
      case "open":
        this.around.open(destinationOf(message.to));
        return { opened: true };
      default:
        return null;
    }
  }

  private hearTab(told: unknown): void {
    if (!isRecord(told) || typeof told.heeded !== "string") return;
    this.missing.lookedAt(told.heeded);
    this.count(heeded(this.unheeded.value, told.heeded));
  }

  /** What stands on the desktop from before this page was loaded counts too, unless it is settled by now. */
  private async takeUp(registration: ServiceWorkerRegistration | null): Promise<void> {
    const standing = (await registration?.getNotifications()) ?? [];
    for (const one of standing.slice(-STANDING_MAX)) {
      const to = destinationOf(one.data);
      if (to === null) continue;
      this.count(noticed(this.unheeded.value, to));
      const row = await this.row(to);
      if (row !== null) this.settle(rowChanged(this.unheeded.value, row, this.around.agentId));
    }
  }

  /** The conversation's row, as of another's where it is no longer in its folder; null where nobody tells. */
  private async row(to: Destination): Promise<NoticedRow | null> {
    const folder = to.kind === "new_conversation" ? "unassigned" : "mine";
    const path = `gateway/folders/${folder}?conversation_id=${encodeURIComponent(to.conversation_id)}`;
    try {
      const [row] = (await this.around.api.get<{ items: NoticedRow[] }>(path)).items;
      return row ?? { conversation_id: to.conversation_id, gone: true };
    } catch {
      return null;
    }
  }

  private isLooking(conversationId: string): boolean {
    const shown = document.visibilityState === "visible" && document.hasFocus();
    return shown && this.around.conversation() === conversationId;
  }

  /** Whether its conversation was taken, closed or read before the notice came here. */
  private isOver(notice: Pick<Notice, "conversation_id" | "kind" | "at">): boolean {
    const row = this.around.row(notice.conversation_id);
    return row !== undefined && isSettled(notice, row, this.around.agentId);
  }

  private settle(after: Unheeded): void {
    const ended = settled(this.unheeded.value, after);
    if (ended.length === 0) return;
    this.count(after);
    void this.line.tell({ is: "close", tags: ended.map(tagOf) });
  }

  private count(after: Unheeded): void {
    this.unheeded.value = after;
    this.mark.show(after.size);
  }
}

function defaults(language: Language): Settings {
  return { language, sound: true, previews: true };
}
