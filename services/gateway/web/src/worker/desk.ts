import { nearest, translator } from "../i18n/texts";
import {
  type Notice,
  namesOf,
  noticeOf,
  remembered,
  type Settings,
  type Shown,
  shown,
  type TabAnswer,
  verdict,
} from "../models/notices";
import type { Keeping } from "../wire/noticing";
import { TITLES } from "./texts";

/** What the desk needs of the browser; replaced in tests. */
export interface Surroundings {
  readonly kept: Keeping;
  readonly now: () => number;
  readonly languages: () => readonly string[];
  readonly permitted: () => boolean;
  readonly strict: boolean;
  /** Asks all tabs about a notice; those that do not answer soon have said nothing. */
  readonly ask: (notice: Notice) => Promise<readonly TabAnswer[]>;
  readonly show: (what: Shown) => Promise<void>;
  readonly close: (tag: string) => Promise<void>;
  readonly ring: () => Promise<void>;
}

/** The one place of a browser where notices are shown, however many tabs hear them and however often they come. */
export class Desk {
  /** What is being shown just now, and whether it was taken back meanwhile. */
  private readonly coming = new Set<{ readonly tag: string; over: boolean }>();

  constructor(private readonly around: Surroundings) {}

  /** Closes what stands under these tags, and what is on its way there. */
  async takeBack(tags: readonly string[]): Promise<void> {
    for (const one of this.coming) one.over ||= tags.includes(one.tag);
    for (const tag of tags) await this.around.close(tag);
  }

  /** A notice, as a push or a tab's frame told it. What is none is passed over. */
  async hear(told: unknown, by: "push" | "frame"): Promise<void> {
    const notice = noticeOf(told);
    if (notice === null) return;
    const coming = { tag: notice.tag, over: false };
    this.coming.add(coming);
    try {
      await this.decide(notice, by);
    } finally {
      this.coming.delete(coming);
    }
    if (coming.over) await this.around.close(coming.tag);
  }

  private async decide(notice: Notice, by: "push" | "frame"): Promise<void> {
    const { first, settings, off, aheadMs } = await this.claim(namesOf(notice));
    const tabs = first ? await this.around.ask(notice) : [];
    const { strict } = this.around;
    const permitted = this.around.permitted() && !off;
    const now = this.around.now() + aheadMs;
    const circumstances = { by, first, permitted, now, tabs, settings, strict };
    const { show, ring, silent } = verdict(notice, circumstances);
    if (show === "flash") await this.flash(notice, settings);
    if (show === "show") await this.around.show(this.shown(notice, settings, silent));
    if (ring) await this.around.ring();
  }

  /** Takes the names before anything is shown: of two that come at once, one is the first. */
  private async claim(
    names: readonly string[],
  ): Promise<{ first: boolean; settings: Settings; off: boolean; aheadMs: number }> {
    return await this.around.kept.change((kept) => {
      const { ids, first } = remembered(kept.ids, ...names);
      const settings = kept.settings ?? {
        language: nearest(this.around.languages()),
        sound: true,
        previews: true,
      };
      return [first ? { ...kept, ids } : kept, { first, settings, off: kept.off, aheadMs: kept.ahead_ms }];
    });
  }

  /** Of a tag of its own, so that what stands there of the conversation stays. */
  private async flash(notice: Notice, settings: Settings): Promise<void> {
    const tag = `counted-${notice.id}`;
    await this.around.show(this.shown({ ...notice, tag, renotify: false }, settings, true));
    await this.around.close(tag);
  }

  private shown(notice: Notice, settings: Settings, silent: boolean): Shown {
    const t = translator(settings.language, TITLES[settings.language]);
    return shown(notice, t(notice.kind), settings, silent);
  }
}
