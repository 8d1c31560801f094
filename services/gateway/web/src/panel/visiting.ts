import { readKept, subjectOf } from "../models/kept";
import { apply, NOTHING } from "../models/visitor";
import { type Screen, screenOf } from "../models/visitor-screen";
import { Api } from "../wire/api";
import { Connection, type Standing } from "../wire/connection";
import { Problem } from "../wire/problem";
import type { Page_OwnConversation_, StreamEvent, VisitorSession } from "../wire/types";
import type { Host } from "./host";
import type { Store } from "./state";

const PING_MS = 25_000;
const TYPING_MS = 6_000;

/** Where the panel is: its address names them. */
const [, , workspace_id = "", playbook_id = ""] = location.pathname.split("/");

/** A visitor's visit: begins it, goes on with it after a reload, and folds what the socket tells. */
export class Visiting {
  api = new Api(null);
  private connection: Connection | null = null;
  private pages: string[];
  private typing = 0;
  private last: string | null;
  private who: string | null;
  /** The visitor may have been here before. */
  private known: boolean;
  identity: string | null;

  constructor(
    private readonly host: Host,
    private readonly store: Store,
    private readonly changed: (before: Screen, now: Screen, live: boolean) => void,
  ) {
    const { visit, pages, last, who } = readKept(host.init.kept);
    this.pages = [...pages];
    this.last = last;
    this.who = who;
    this.known = visit !== null;
    this.identity = host.init.identity;
  }

  get screen(): Screen {
    return screenOf(this.store.state.events);
  }

  /** Goes on with the visit that was kept; without one, a visit begins where the panel is open. */
  start(): void {
    if (!this.identify(this.identity)) return;
    const { visit, open } = this.store.state;
    if (visit !== null) this.connect(new Api(visit.session));
    else if (open) void this.begin();
  }

  /** The visitor looks at the panel. */
  async begin(): Promise<void> {
    const { visit, beginning, trouble } = this.store.state;
    if (beginning || (visit !== null && trouble === null)) return;
    this.store.set({ beginning: true, trouble: null });
    try {
      if (visit === null) await this.enter();
      await this.walk();
    } catch (error) {
      this.fail(error);
    }
    this.store.set({ beginning: false });
  }

  private async enter(): Promise<void> {
    const told = await this.visit();
    const api = new Api(told.session);
    api.take(told);
    const visit = { session: told.session, visit: told.visit_id };
    this.store.set({ visit, events: NOTHING, ready: false, seen: 0 });
    this.known ||= this.last !== null || this.identity !== null;
    this.last = visit.session;
    this.who = this.identity === null ? null : subjectOf(this.identity);
    this.host.tell("keep", { visit, last: this.last, who: this.who ?? undefined });
    this.connect(api);
  }

  /** Ends with this visit; its chat stays to be read. */
  leave(): void {
    const { outbox, draft } = this.store.state;
    this.connection?.stop();
    this.connection = null;
    // What was not sent is offered to the next chat.
    const unsent = outbox.filter((it) => it.state !== "accepted" && it.text).map((it) => it.text);
    const text = [...unsent, draft].filter(Boolean).join("\n");
    this.store.set({ visit: null, events: NOTHING, ready: false, answer: null, outbox: [], draft: text });
    this.host.tell("keep", { visit: undefined, chat: undefined, draft: text || undefined });
  }

  /** The site says who is there. Where that is another one than it was, nothing of the one before stays: false. */
  identify(jwt: string | null): boolean {
    this.identity = jwt;
    if (jwt === null || this.who === null || this.who === subjectOf(jwt)) return true;
    this.host.tell("keep", null);
    this.forget();
    return false;
  }

  /** Ends the session, and begins anew without anything. */
  forget(): void {
    this.connection?.stop();
    const ended = this.last === null ? null : this.api.open("gateway/sign-out", { session: this.last });
    void Promise.resolve(ended).then(reload, reload);
  }

  /** The page's address has changed. */
  async turn(pages: string[]): Promise<void> {
    const page = pages.at(-1);
    if (page === undefined || page === this.pages.at(-1)) return;
    this.pages = [...this.pages, page];
    const { visit } = this.store.state;
    if (visit !== null)
      await this.api.post(`playbook/visits/${visit.visit}/pages`, { url: page }).catch(() => {});
  }

  hurry(): void {
    this.connection?.hurry();
  }

  send(frame: Record<string, unknown>): void {
    this.connection?.send(frame);
  }

  private async visit(): Promise<VisitorSession> {
    const { site } = this.host.init;
    const body = {
      workspace_id,
      playbook_id,
      ...(/^https?:/.test(site) ? { site } : {}),
      visitor_session: this.last,
    };
    const { identity } = this;
    try {
      return await this.api.open("gateway/visits", identity === null ? body : { ...body, identity });
    } catch (error) {
      // Who is not who the site says they are may still chat, as somebody unknown.
      if (identity === null || !(error instanceof Problem) || error.code !== "bad_identity") throw error;
      this.identity = null;
      return await this.api.open("gateway/visits", { ...body, visitor_session: null });
    }
  }

  private async walk(): Promise<void> {
    const { visit } = this.store.state;
    const locale = /^[A-Za-z0-9-]{2,35}$/.test(navigator.language) ? navigator.language : "en";
    const body = { pages: this.pages.slice(-20), locale };
    if (visit === null) return;
    const path = `playbook/visits/${visit.visit}`;
    await this.api.post(`${path}/start`, body, { key: `start-${visit.visit}` });
  }

  /** Asks which chats there were before this visit. */
  private async recall(): Promise<void> {
    const { api } = this;
    const told = await api
      .get<Page_OwnConversation_>("gateway/visitor/conversations?limit=20")
      .catch(() => null);
    const past = told?.items.filter((it) => it.visit_id !== this.store.state.visit?.visit);
    if (!past || api !== this.api) return;
    this.store.set({ past });
    this.changed(this.screen, this.screen, true);
  }

  private connect(api: Api): void {
    this.api = api;
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

  private hear(frame: Record<string, unknown>): void {
    if (frame.type === "event") {
      const { stream, version, event } = frame;
      const before = this.screen;
      const events = apply(
        this.store.state.events,
        String(stream),
        Number(version),
        event as StreamEvent | null,
      );
      if (events === null) {
        this.connection?.again();
        return;
      }
      const now = screenOf(events);
      const { answer, typing, ready } = this.store.state;
      this.store.set({
        events,
        answer: answer?.arrival === now.asking?.arrival ? answer : null,
        typing: typing && now.chat?.lines.at(-1) === before.chat?.lines.at(-1),
      });
      this.changed(before, now, ready);
    } else if (frame.type === "typing" && frame.by === "agent") {
      clearTimeout(this.typing);
      this.store.set({ typing: frame.typing === true });
      this.typing = setTimeout(() => this.store.set({ typing: false }), TYPING_MS) as unknown as number;
    }
  }

  private stand(standing: Standing): void {
    if (standing.is === "waiting" && standing.tries > 1) this.store.set({ away: true });
    if (standing.is === "over" && standing.why === "unauthorised") this.renew();
    else if (standing.is === "over") this.store.set({ trouble: "unavailable" });
    if (standing.is !== "ready") return;
    const first = !this.store.state.ready;
    this.store.set({ ready: true, away: false });
    if (first && this.known) void this.recall();
    // What was over before the panel began is read among the earlier chats.
    if (first && this.screen.over !== null) this.renew();
    else if (
      first &&
      !this.store.state.beginning &&
      Object.keys(this.store.state.events.versions).length === 0
    )
      void this.walk().catch((error) => this.fail(error));
    this.changed(this.screen, this.screen, false);
  }

  /** The visit that was kept goes on no more. */
  private renew(): void {
    this.leave();
    if (this.store.state.open) void this.begin();
  }

  private fail(error: unknown): void {
    const code = error instanceof Problem ? error.code : "";
    const trouble =
      code === "away" || code === "unavailable"
        ? "away"
        : code === "too_many_visits"
          ? "busy"
          : "unavailable";
    this.store.set({ trouble });
  }
}

const reload = () => location.reload();
