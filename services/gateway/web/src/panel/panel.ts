import { DOCKED_PX } from "../models/docked";
import { hasUnsent, pagesOf, readKept } from "../models/kept";
import type { Asking } from "../models/visitor";
import { readable, type Screen, unreadOf } from "../models/visitor-screen";
import { type Host, identityOf } from "./host";
import { Store } from "./state";
import type { T } from "./texts";
import { reload, Visiting } from "./visiting";

type Talk = typeof import("./talk");
type Sending = InstanceType<Talk["Sending"]>;

const READ_AFTER_MS = 400;
/** Stands in the address of a panel that began anew because a part of it did not come. */
const ANEW = "#anew";

/** The panel without its screen: what the page, the visitor and the services do comes together here. */
export class Panel {
  readonly store: Store;
  readonly visiting: Visiting;
  /** What a chat with a person needs, once it was loaded. */
  talk: Talk | null = null;
  sending: Sending | null = null;
  private unread = 0;
  private reading = 0;
  private running = false;
  private back: CloseWatcher | undefined;

  constructor(
    readonly host: Host,
    public t: T,
  ) {
    this.store = new Store(readKept(host.init.kept), host.init.open);
    this.visiting = new Visiting(
      host,
      this.store,
      (...it) => this.changed(...it),
      () => void import("./wear").then((it) => it.wear(this)),
      (frame) => void this.load().then(() => this.talk?.heard(this, frame)),
    );
    host.hear((type, given) => this.hear(type, given));
    this.watch();
    void this.begin();
  }

  /** Loads what a chat needs, once. A newer version may have taken its place: then the panel begins anew, once. */
  async load(): Promise<void> {
    if (this.talk !== null) return;
    try {
      const talk = await import("./talk");
      if (this.talk !== null) return;
      this.sending = new talk.Sending(this.host, this.store, this.visiting);
      this.talk = talk;
      this.store.set({});
    } catch {
      if (location.hash === ANEW) this.store.set({ trouble: { says: "unavailable", again: reload } });
      else {
        history.replaceState(null, "", ANEW);
        reload();
      }
    }
  }

  async answer(asking: Asking, text: string, choice: string | null): Promise<void> {
    this.store.set({ answer: { arrival: asking.arrival, text, refused: null } });
    await this.load();
    if (this.talk === null) this.store.set({ answer: { arrival: asking.arrival, text, refused: "" } });
    else await this.talk.answer(this, asking, text, choice);
  }

  /** The screen may be looked at again, or the network be back. */
  wake(): void {
    this.visiting.connection?.hurry();
    void this.sending?.go();
    this.look();
  }

  close(): void {
    this.host.tell("close");
  }

  startAgain(): void {
    this.visiting.leave();
    void this.visiting.begin();
  }

  write(draft: string): void {
    this.store.set({ draft });
    this.host.tell("keep", { draft: draft || undefined });
    if (draft) this.sending?.types();
  }

  setQuiet(quiet: boolean): void {
    this.store.set({ quiet });
    this.host.tell("keep", { quiet: quiet || undefined });
  }

  private async begin(): Promise<void> {
    // What was written before the reload has to be there when its conversation turns out to be over.
    if (hasUnsent(this.host.init.kept)) await this.load();
    await this.visiting.start();
  }

  private hear(type: string, given: unknown): void {
    if (type === "open" || type === "close") {
      this.store.set({ open: type === "open" });
      this.watch();
      if (type === "open") void this.visiting.begin();
      this.look();
    } else if (type === "page") {
      void this.visiting.turn(pagesOf([given]));
    } else if (type === "identify") {
      const [jwt, kept] = Array.isArray(given) ? given : [];
      this.visiting.told(identityOf(jwt), kept);
    } else if (type === "reset") {
      this.visiting.forget();
    }
  }

  /** Where it is the whole screen, going back closes it, if the browser tells: the page's own history is left alone. */
  watch(): void {
    this.back?.destroy();
    const alone = innerWidth > 0 && innerWidth !== DOCKED_PX;
    if (!alone || !this.store.state.open || !self.CloseWatcher) return;
    this.back = new CloseWatcher();
    this.back.onclose = () => this.close();
  }

  private changed(before: Screen, now: Screen, live: boolean): void {
    const began = !before.chat && now.chat;
    const ended = now.over && !before.over;
    if (now.writes !== this.running) this.host.tell("keep", { chat: now.writes || undefined });
    this.running = now.writes;
    if (live && began) this.host.tell("started", { conversation_id: now.chat?.id });
    if (live && ended) this.host.tell("ended", { conversation_id: now.chat?.id ?? null, reason: now.over });
    const said = now.chat?.lines.at(-1);
    const news = said !== before.chat?.lines.at(-1) && said?.by === "agent";
    if (live && news) void this.talk?.ring(this.store.state);
    // A line may have an address of the web, or a form.
    const asksDetail = now.privacy || now.asking?.kind === "capture";
    const wants = asksDetail || now.writes || now.looking || this.store.state.past.items[0];
    if (wants || now.lines.some((line) => line.body?.[0] || line.text.includes("://")))
      void this.load().then(() => this.sending?.go());
    this.look();
  }

  /** Tells what is unread, and what was read while somebody looked. */
  private look(): void {
    const { open, seen, ready } = this.store.state;
    // While what was missing comes, the screen is of some time ago.
    if (!ready) return;
    const { screen, api } = this.visiting;
    const visible = open && document.visibilityState === "visible";
    const last = screen.chat?.lines.at(-1)?.version ?? 0;
    if (visible && last > seen) {
      this.store.set({ seen: last });
      this.host.tell("keep", { seen: last });
    }
    const count = visible ? 0 : unreadOf(screen, this.store.state.seen);
    if (count !== this.unread) this.host.tell("unread", { count }, count ? this.t("unread", { count }) : "");
    this.unread = count;
    const up_to = readable(screen);
    if (!visible || up_to === 0) return;
    clearTimeout(this.reading);
    // What is there now was seen, and not what comes until it is told. Where it does not arrive, the next line or look
    // tells it again.
    this.reading = setTimeout(
      () => void api.post(`conversation/conversations/${screen.chat?.id}/read`, { up_to }).catch(() => {}),
      READ_AFTER_MS,
    ) as unknown as number;
  }
}
