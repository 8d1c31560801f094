import { readKept, subjectOf } from "../models/kept";
import { apply, NOTHING } from "../models/visitor";
import { isBlank, type Screen, screenOf, unreadOf } from "../models/visitor-screen";
import { Api } from "../wire/api";
import { Connection, type Standing } from "../wire/connection";
import type { StreamEvent, VisitorSession } from "../wire/types";
import { before, entered, playbook_id, signOut, started, whyNot } from "./entering";
import type { Host } from "./host";
import type { Store } from "./state";

const PING_MS = 25_000;
/** So long the site's own function may take to say who is there. */
const ANSWER_MS = 5_000;
/** After so many refused tokens no visit begins anew for another one: a site may go on naming somebody for ever. */
const REFUSED_MAX = 3;

type Frame = Record<string, unknown>;
type EventFrame = { stream: string; version: number; event: StreamEvent | null };

/** A visitor's visit: begins it, goes on with it after a reload, and folds what the socket tells. */
export class Visiting {
  api = new Api(null);
  connection: Connection | null = null;
  private pages: string[];
  private last: string | null;
  private who: string | null;
  /** The visitor may have been here before, and it was not told yet what was said then. */
  private known: boolean;
  /** Whom the page names; undefined before it has told. */
  private identity: string | null | undefined;
  /** The token by which the visit was asked for. */
  private tried: string | null | undefined;
  /** How many tokens were refused since one counted. */
  private refused: number;
  /** The visit that was left last. */
  private left = "";
  private gone = false;
  private asks: ((kept?: unknown) => void)[] = [];
  /** What was written and reached nobody; told by whoever sends. */
  unsent: () => string[] = () => [];
  /** The visit has not begun yet, though it was tried. */
  private failed = false;
  /** The visit was begun here, and not kept from before. */
  private fresh = false;
  /** The playbook whose look is worn. */
  private worn = playbook_id;

  constructor(
    private readonly host: Host,
    private readonly store: Store,
    private readonly changed: (before: Screen, now: Screen, live: boolean) => void,
    /** Wears the look of the visit's playbook. */
    private readonly wear: () => void,
    /** Takes what is told of a chat beside its events. */
    private readonly beside: (frame: Record<string, unknown>) => void,
  ) {
    const { visit, pages, last, who, refused } = readKept(host.init.kept);
    this.pages = [...pages];
    this.last = last;
    this.who = who;
    this.refused = refused;
    this.known = visit !== null;
  }

  get screen(): Screen {
    return screenOf(this.store.state.events);
  }

  /** Goes on with the visit that was kept; without one, a visit begins where the panel is open. */
  async start(): Promise<void> {
    if (this.who !== null) await this.ask();
    const { visit, open } = this.store.state;
    if (visit === null && open) void this.begin();
    else if (visit !== null && !this.gone) this.connect(visit.session);
  }

  /** The visitor looks at the panel. */
  async begin(): Promise<void> {
    const { visit, beginning } = this.store.state;
    if (this.gone || beginning || (visit !== null && !this.failed)) return;
    this.failed = false;
    this.store.set({ beginning: true, trouble: null });
    try {
      if (visit === null) await this.ask();
      // Another tab may have begun one meanwhile.
      if (visit === this.store.state.visit) {
        if (visit === null && !this.gone) await this.enter();
        await started(this, this.pages);
      }
    } catch (error) {
      this.fail(error);
    }
    this.store.set({ beginning: false });
    // Somebody may have been named meanwhile.
    if (!this.gone) this.identify();
  }

  private async enter(): Promise<void> {
    let { identity } = this;
    this.tried = identity;
    const { site } = this.host.init;
    const told = await entered(this.api, { site, last: this.last, identity }, () => {
      this.refused += 1;
      identity = undefined;
      this.host.tell("identify", { refused: true });
    });
    if (identity) this.refused = 0;
    const visit = { session: told.session, visit: told.visit_id };
    this.store.set({ visit, events: NOTHING, ready: false, seen: 0 });
    this.known ||= this.last !== null || !!identity;
    this.last = visit.session;
    this.who = identity ? subjectOf(identity) : null;
    const refused = this.refused || undefined;
    this.host.tell("keep", { visit, last: this.last, who: this.who ?? undefined, refused, seen: undefined });
    this.connect(visit.session, told);
  }

  /** Ends with this visit; its chat stays to be read. */
  leave(): void {
    this.connection?.stop();
    this.left = this.store.state.visit?.visit ?? "";
    // What was not sent is offered to the next chat.
    const text = [...this.unsent(), this.store.state.draft].filter(Boolean).join("\n");
    this.store.set({ visit: null, events: NOTHING, ready: false, answer: null, outbox: [], draft: text });
    this.host.tell("keep", { draft: text || undefined });
    void this.ask();
  }

  /** Asks the page who is there, by a token that counts, and what is kept by now; undefined where it does not answer. */
  ask(): Promise<unknown> {
    return new Promise((resolve) => {
      this.asks.push(resolve);
      setTimeout(resolve, ANSWER_MS);
      this.host.tell("who");
    });
  }

  /** The page's answer. Without a visit, the one is taken that another tab has begun; one that was left is kept no more. */
  told(jwt: string | null, kept: unknown): void {
    const { visit, last, who, seen } = readKept(kept);
    const none = this.store.state.visit === null;
    if (none) [this.last, this.who] = [last, who];
    if (this.identify(jwt) && none && visit !== null) {
      if (visit.visit === this.left) this.host.tell("keep", { visit: undefined, chat: undefined });
      else {
        this.known = true;
        this.store.set({ visit, events: NOTHING, ready: false, seen });
        this.connect(visit.session);
      }
    }
    for (const go of this.asks.splice(0)) go(kept);
  }

  /** It may begin anew as theirs who is named. What was said stays with who said it. */
  private get blank(): boolean {
    const { ready, beginning, answer } = this.store.state;
    return ready && !beginning && !answer && isBlank(this.screen);
  }

  /** The site says who is there. Where that is another one than it was, nothing of the one before stays: false. */
  private identify(jwt = this.identity): boolean {
    this.identity = jwt;
    if (this.who === null && this.blank) {
      // Whom a page named while it loaded, it tells when it is asked.
      if (jwt === undefined) void this.ask();
      else if (jwt && jwt !== this.tried && this.refused < REFUSED_MAX) this.renew();
    }
    if (!jwt || this.who === null || this.who === subjectOf(jwt)) return true;
    this.host.tell("keep", null);
    this.forget();
    return false;
  }

  /** Ends the session, and begins anew without anything. What is still on its way here has nothing to keep. */
  forget(): void {
    this.host.tell = () => {};
    this.gone = true;
    this.connection?.stop();
    const past = { items: [] };
    this.store.set({ visit: null, events: NOTHING, past, trouble: null, draft: "", outbox: [] });
    if (this.last !== null) signOut(this.last);
    reload();
  }

  /** The page's address has changed. */
  async turn(pages: string[]): Promise<void> {
    const page = pages.at(-1);
    if (page === undefined || page === this.pages.at(-1)) return;
    this.pages.push(page);
    await this.go("pages", { url: page }).catch(() => {});
  }

  /** Goes a step of the visit, and shows what the answer tells: the socket brings that too, perhaps later. */
  async go(step: string, body?: unknown, same: string = crypto.randomUUID()): Promise<void> {
    const visit = this.store.state.visit?.visit;
    if (!visit) return;
    const path = `playbook/visits/${visit}/${step}`;
    const { frames = [] } = await this.api.post<{ frames?: Frame[] }>(path, body, {
      key: `${same}-${visit}`,
    });
    // A chat's own stream says what its screen shows, and the visit may have been left meanwhile.
    if (!this.screen.chat && visit === this.store.state.visit?.visit)
      for (const frame of frames) this.hear(frame, true);
  }

  /** Asks which chats there were before this visit. */
  private async recall(): Promise<void> {
    const { api } = this;
    const past = await before(api, this.store.state.visit?.visit);
    if (!past || api !== this.api) return;
    this.known = false;
    this.store.set({ past });
    this.changed(this.screen, this.screen, true);
  }

  /** `told` is of a visit that has just been entered. */
  private connect(session: string, told?: VisitorSession): void {
    const api = new Api(session);
    if (told) api.take(told);
    this.api = api;
    this.fresh = !!told;
    const url = `${location.origin.replace("http", "ws")}/api/gateway/socket`;
    this.connection?.stop();
    this.connection = new Connection(url, PING_MS, {
      authorise: async () => ({ token: await api.token(), have: this.store.state.events.versions }),
      refused: () => api.forgetToken(),
      frame: (frame) => this.hear(frame),
      stands: (standing) => this.stand(standing),
    });
    this.connection.start();
  }

  private hear(frame: Record<string, unknown>, told = false): void {
    if (frame.type === "event") {
      const { stream, version, event } = frame as unknown as EventFrame;
      const before = this.screen;
      const { events: had } = this.store.state;
      const events = apply(had, stream, version, event);
      if (!events) {
        // What is missing before an answer's frames is on its way.
        if (!told) this.connection?.again();
        return;
      }
      const now = screenOf(events);
      const { playbook_id: playbook = this.worn } = (event ?? {}) as { playbook_id?: string };
      if (playbook !== this.worn) this.wear();
      this.worn = playbook;
      const { answer, typing, ready } = this.store.state;
      this.failed = false;
      this.store.set({
        events,
        trouble: null,
        answer: answer?.arrival === now.asking?.arrival ? answer : null,
        typing: typing && now.chat?.lines.at(-1) === before.chat?.lines.at(-1),
      });
      this.changed(before, now, ready || told);
    } else if (frame.conversation_id) this.beside(frame);
  }

  private stand(standing: Standing): void {
    if (standing.is === "waiting" && standing.tries > 1) this.store.set({ away: standing.tries });
    if (standing.is === "over")
      if (standing.why === "unauthorised") this.renew();
      else this.store.set({ trouble: { says: "unavailable", again: reload } });
    if (standing.is !== "ready") return;
    const first = !this.store.state.ready;
    this.store.set({ ready: true, away: 0 });
    if (this.known) void this.recall();
    const { beginning, events, seen } = this.store.state;
    // What was over and read before the panel began is read among the earlier chats.
    if (first && !this.fresh && this.screen.over && !unreadOf(this.screen, seen)) this.renew();
    else if (first) {
      this.identify();
      if (!beginning && !Object.keys(events.versions)[0])
        void started(this, this.pages).catch((error) => this.fail(error));
    }
    this.changed(this.screen, this.screen, false);
  }

  /** The visit that was kept goes on no more. */
  private renew(): void {
    this.leave();
    if (this.store.state.open) void this.begin();
  }

  private fail(error: unknown): void {
    this.failed = true;
    this.store.set({ trouble: { says: whyNot(error), again: () => void this.begin() } });
  }
}

export const reload = () => location.reload();
