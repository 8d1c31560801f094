import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readKept } from "../../src/models/kept";
import type { Host, Init } from "../../src/panel/host";
import { Store } from "../../src/panel/state";
import type { Visiting } from "../../src/panel/visiting";

const at = "2026-03-04T10:00:00Z";
const KEPT = { visit: { session: "old", visit: "v0" }, last: "old", pages: ["https://shop.test/a#b"] };
const identity = (sub: string) => `e30.${btoa(JSON.stringify({ sub }))}.c2ln`;

interface Request {
  path: string;
  body: Record<string, unknown>;
}

/** Sockets and answers as the services give them; `over` names sessions that count no more. */
class World {
  asked: Request[] = [];
  sockets: { onopen?: () => void; onmessage?: (told: { data: string }) => void }[] = [];
  kept: unknown[] = [];
  over = new Set<string>();
  /** What the page keeps, and whom it names; both as of now. */
  stored: Record<string, unknown> = {};
  identity: string | null = null;
  refused: unknown[] = [];
  badIdentity = false;
  /** What the page does where its token was refused. */
  onRefused = () => {};
  /** Answers of a path that has not been let go wait. */
  held: { path: string; until: Promise<void> } | null = null;
  /** How often another look was asked for. */
  worn = 0;
  /** The frames that the answers to a path tell. */
  told: Record<string, object[]> = {};
  /** What was told of a chat beside its events. */
  beside: unknown[] = [];
  /** Why a start is refused. */
  startCode: string | null = null;
  reloaded = vi.fn();
  private visits = 0;

  constructor() {
    const world = this;
    class Socket {
      readyState = 1;
      onopen?: () => void;
      constructor() {
        world.sockets.push(this);
        setTimeout(() => this.onopen?.());
      }
      send() {}
      close() {}
    }
    vi.stubGlobal("WebSocket", Socket);
    vi.stubGlobal("location", {
      pathname: "/panel/w1/p1",
      origin: "https://chat.test",
      reload: this.reloaded,
    });
    vi.stubGlobal("navigator", { language: "pt-BR" });
    vi.stubGlobal("fetch", (path: string, told: { body: string }) =>
      this.answer(path, JSON.parse(told.body ?? "{}")),
    );
  }

  async visiting(kept: unknown, open: boolean, jwt: string | null = null): Promise<[Visiting, Store]> {
    const { Visiting } = await import("../../src/panel/visiting");
    const store = new Store(readKept(kept), open);
    this.stored = { ...(kept as object) };
    this.identity = jwt;
    const host: Host = {
      init: { kept, open, site: "https://shop.test" } as Init,
      tell: (type, given) => {
        if (type === "who") setTimeout(() => visiting.told(this.identity, this.stored));
        else if (type === "identify") {
          this.refused.push(given);
          this.onRefused();
        } else if (type === "keep") {
          this.kept.push(given);
          this.stored = given === null ? {} : { ...this.stored, ...(given as object) };
        }
      },
      hear: () => {},
    };
    const visiting = new Visiting(
      host,
      store,
      () => {},
      () => {
        this.worn += 1;
      },
      (frame) => {
        this.beside.push(frame);
      },
    );
    void visiting.start();
    return [visiting, store];
  }

  async frames(...frames: object[]): Promise<void> {
    await vi.waitFor(() => expect(this.sockets.length).toBeGreaterThan(0));
    for (const frame of frames) this.sockets.at(-1)?.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** Holds back the answers of a path until what is returned was called. */
  hold(path: string): () => void {
    let go = () => {};
    this.held = { path, until: new Promise((resolve) => (go = resolve)) };
    return () => {
      this.held = null;
      go();
    };
  }

  bodies(path: string): Request["body"][] {
    return this.asked.filter((it) => it.path.endsWith(path)).map((it) => it.body);
  }

  private async answer(path: string, body: Record<string, unknown>): Promise<Response> {
    this.asked.push({ path, body });
    if (this.held !== null && path.endsWith(this.held.path)) await this.held.until;
    if (path.endsWith("/tokens") && this.over.has(String(body.session))) return problem(401, "unauthorised");
    if (path.endsWith("/start") && this.startCode !== null) return problem(422, this.startCode);
    if (path.endsWith("gateway/visits")) {
      if (this.badIdentity && body.identity) return problem(401, "bad_identity");
      this.visits += 1;
      const named = { session: `s${this.visits}`, visit_id: `v${this.visits}`, visitor_id: "u" };
      return Response.json({ token: "t", token_expires_at: at, ...named });
    }
    const frames = this.told[path.split("/").at(-1) ?? ""];
    return Response.json({ token: "t", token_expires_at: at, items: [], next: null, frames });
  }
}

const problem = (status: number, code: string) => Response.json({ code, detail: "" }, { status });
const event = (version: number, told: object) => ({
  type: "event",
  stream: "visit-v0",
  version,
  event: { at, ...told },
});
const started = event(1, { type: "playbook.visit_started.v1", playbook_id: "p1", published: 1 });
const ended = event(2, { type: "playbook.visit_ended.v1", reason: "end_card" });
const ready = { type: "ready" };

let world: World;
beforeEach(() => {
  vi.resetModules();
  world = new World();
});
afterEach(() => vi.unstubAllGlobals());

test("a visit begins when the panel is opened, with the pages that were seen and the browser's locale", async () => {
  const [visiting, store] = await world.visiting({ pages: KEPT.pages }, false);
  expect(world.asked).toEqual([]);
  await visiting.begin();

  expect(world.bodies("gateway/visits")).toEqual([
    { workspace_id: "w1", playbook_id: "p1", site: "https://shop.test", visitor_session: null },
  ]);
  expect(world.bodies("/start")).toEqual([{ pages: ["https://shop.test/a"], locale: "pt-BR" }]);
  expect(store.state.visit).toEqual({ session: "s1", visit: "v1" });
  expect(world.kept).toContainEqual({ visit: store.state.visit, last: "s1", who: undefined });
});

test("a reload goes on with the session that was kept, and begins nothing", async () => {
  const [, store] = await world.visiting(KEPT, true);
  await world.frames(started, ready);
  await vi.waitFor(() => expect(store.state.ready).toBe(true));

  expect(world.bodies("gateway/visits")).toEqual([]);
  expect(world.bodies("/start")).toEqual([]);
});

test("a visit that was kept and never began, begins after the reload", async () => {
  await world.visiting(KEPT, false);
  await world.frames(ready);

  await vi.waitFor(() => expect(world.bodies("v0/start")).toHaveLength(1));
});

test("a session that is refused gives way to a new visit of the same visitor", async () => {
  world.over.add("old");
  await world.visiting(KEPT, true);

  await vi.waitFor(() => expect(world.bodies("gateway/visits")[0]).toMatchObject({ visitor_session: "old" }));
});

test("a visit that was over before the reload gives way to a new one, once the panel is open", async () => {
  const [visiting, store] = await world.visiting(KEPT, false);
  await world.frames(started, ended, ready);
  await vi.waitFor(() => expect(store.state.visit).toBeNull());
  expect(world.bodies("gateway/visits")).toEqual([]);

  await visiting.begin();
  expect(world.bodies("gateway/visits")).toMatchObject([{ visitor_session: "old" }]);
});

test("an identity that does not count keeps nobody from chatting, as somebody unknown", async () => {
  world.badIdentity = true;
  const jwt = identity("user-1");
  const [, store] = await world.visiting({ last: "old" }, true, jwt);
  await vi.waitFor(() => expect(store.state.visit?.visit).toBe("v1"));

  const [first, second] = world.bodies("gateway/visits");
  expect(first).toMatchObject({ identity: jwt });
  expect(second).toMatchObject({ visitor_session: null });
  expect(second).not.toHaveProperty("identity");
  expect(world.refused).toEqual([{ refused: true }]);
  expect(world.kept).toContainEqual({ visit: store.state.visit, last: "s1", refused: 1 });
});

test("a page that comes with somebody else's identity connects to nothing of the one before", async () => {
  await world.visiting({ ...KEPT, who: "user-1" }, true, identity("user-2"));
  await vi.waitFor(() => expect(world.reloaded).toHaveBeenCalledOnce());

  expect(world.sockets).toEqual([]);
  expect(world.kept).toEqual([null]);
});

test("somebody else's identity leaves nothing of the one before; the same one's goes on", async () => {
  const kept = { ...KEPT, who: "user-1" };
  const [visiting] = await world.visiting(kept, false, identity("user-1"));
  expect(world.kept).toEqual([]);

  visiting.told(identity("user-2"), kept);
  await vi.waitFor(() => expect(world.reloaded).toHaveBeenCalledOnce());
  expect(world.kept).toEqual([null]);
  expect(world.bodies("sign-out")).toEqual([{ session: "old" }]);
});

test("a start that was taken before, with fewer pages, counts as begun", async () => {
  world.startCode = "idempotency_key_reused";
  const [, store] = await world.visiting({}, true);
  await vi.waitFor(() => expect(world.bodies("/start")).toHaveLength(1));
  await vi.waitFor(() => expect(store.state.beginning).toBe(false));

  expect(store.state.trouble).toBeNull();
});

test("what does not begin is tried again, until what happened tells that it has begun", async () => {
  world.startCode = "not_found";
  const [visiting, store] = await world.visiting({}, true);
  await vi.waitFor(() => expect(store.state.trouble?.says).toBe("unavailable"));
  store.state.trouble?.again();
  await vi.waitFor(() => expect(world.bodies("/start")).toHaveLength(2));
  await vi.waitFor(() => expect(store.state.trouble?.says).toBe("unavailable"));

  await world.frames({ ...started, stream: "visit-v1" });
  expect(store.state.trouble).toBeNull();
  await visiting.begin();
  expect(world.bodies("/start")).toHaveLength(2);
});

test("a visit that another tab has begun is gone on with, and no other one begins", async () => {
  const [visiting, store] = await world.visiting({}, false);
  world.stored = { visit: { session: "theirs", visit: "v7" }, last: "theirs" };
  await visiting.begin();

  expect(store.state.visit).toEqual({ session: "theirs", visit: "v7" });
  expect(world.bodies("gateway/visits")).toEqual([]);
  expect(world.bodies("/start")).toEqual([]);
  expect(world.sockets).toHaveLength(1);
});

test("a visit that is left is kept no more, unless another tab has begun a newer one: that one is taken", async () => {
  const [visiting, store] = await world.visiting(KEPT, false);
  visiting.leave();
  await vi.waitFor(() => expect(world.stored.visit).toBeUndefined());
  expect(store.state.visit).toBeNull();

  const [second, other] = await world.visiting(KEPT, true);
  world.stored.visit = { session: "theirs", visit: "v7" };
  second.leave();
  await second.begin();
  expect(other.state.visit?.visit).toBe("v7");
  expect(world.stored.visit).toEqual({ session: "theirs", visit: "v7" });
  expect(world.bodies("gateway/visits")).toEqual([]);
});

test("who is there is asked for when a visit begins, for a token may be over by then", async () => {
  const [visiting] = await world.visiting({}, false, identity("user-1"));
  const fresh = `${identity("user-1")}later`;
  world.identity = fresh;
  await visiting.begin();

  expect(world.bodies("gateway/visits")).toMatchObject([{ identity: fresh }]);
});

test("who is named before they have said anything begins anew as themselves; amid a talk they stay who they were", async () => {
  const [visiting, store] = await world.visiting(KEPT, true);
  const jwt = identity("user-1");
  await world.frames(started);
  world.identity = jwt;
  visiting.told(jwt, world.stored);
  expect(store.state.visit?.visit).toBe("v0");
  const asks = { card_id: "q", arrival: 1, kind: "question", text: "What is it?", options: [] };
  await world.frames(event(2, { type: "playbook.card_shown.v1", ...asks }), ready);
  visiting.told(jwt, world.stored);
  await vi.waitFor(() => expect(store.state.visit?.visit).toBe("v1"));
  expect(world.bodies("gateway/visits")).toMatchObject([{ identity: jwt }]);

  world.sockets = [];
  const [other, later] = await world.visiting(KEPT, true);
  const answer = { card_id: "q", choice_id: "a", label: "Beans" };
  await world.frames(started, event(2, { type: "playbook.answer_given.v1", ...answer }), ready);
  other.told(jwt, world.stored);
  expect(later.state.visit?.visit).toBe("v0");
  expect(world.bodies("gateway/visits")).toHaveLength(1);
});

const SHOWN = event(2, {
  type: "playbook.card_shown.v1",
  ...{ card_id: "q", arrival: 1, kind: "question", text: "What is it?", options: [] },
});

test("who was named while the next page loaded begins anew as themselves, where they have said nothing", async () => {
  const jwt = identity("user-1");
  const [, store] = await world.visiting(KEPT, true, jwt);
  await world.frames(started, SHOWN, ready);

  await vi.waitFor(() => expect(store.state.visit?.visit).toBe("v1"));
  expect(world.bodies("gateway/visits")).toMatchObject([{ identity: jwt, visitor_session: "old" }]);
  expect(world.kept).toContainEqual({ visit: store.state.visit, last: "s1", who: "user-1" });
  expect(world.bodies("v0/start")).toEqual([]);
});

test("on the next page a visit that is not looked at is left, and begins as who was named once it is", async () => {
  const jwt = identity("user-1");
  const [visiting, store] = await world.visiting(KEPT, false, jwt);
  await world.frames(started, SHOWN, ready);
  await vi.waitFor(() => expect(store.state.visit).toBeNull());
  expect(world.bodies("gateway/visits")).toEqual([]);

  await visiting.begin();
  expect(world.bodies("gateway/visits")).toMatchObject([{ identity: jwt }]);
});

test.each(["gateway/visits", "/start"])(
  "who is named while %s is not answered yet begins anew as themselves",
  async (path) => {
    const [visiting, store] = await world.visiting({}, false);
    const go = world.hold(path);
    store.set({ open: true });
    const begun = visiting.begin();
    await vi.waitFor(() => expect(world.bodies(path)).toHaveLength(1));
    if (path === "/start") await world.frames({ ...started, stream: "visit-v1" }, ready);
    world.identity = identity("user-1");
    visiting.told(world.identity, world.stored);
    go();
    await begun;
    if (path !== "/start") {
      expect(world.stored.who).toBeUndefined();
      await world.frames({ ...started, stream: "visit-v1" }, ready);
    }

    await vi.waitFor(() => expect(store.state.visit?.visit).toBe("v2"));
    expect(world.bodies("gateway/visits")).toMatchObject([{}, { identity: world.identity }]);
    await vi.waitFor(() => expect(world.stored.who).toBe("user-1"));
  },
);

test("a token that was refused begins nothing anew when it is told again; others do, but not for ever", async () => {
  world.badIdentity = true;
  const jwt = identity("user-1");
  const [visiting, store] = await world.visiting({}, true, jwt);
  world.onRefused = () => visiting.told(jwt, world.stored);
  const tell = async (named: string, visit: string) => {
    world.identity = named;
    visiting.told(named, world.stored);
    await vi.waitFor(() => expect(store.state.beginning).toBe(false));
    expect(store.state.visit?.visit).toBe(visit);
    await world.frames({ ...started, stream: `visit-${visit}` }, ready);
    await vi.waitFor(() => expect(store.state.ready).toBe(true));
  };
  await vi.waitFor(() => expect(store.state.visit?.visit).toBe("v1"));
  await vi.waitFor(() => expect(store.state.beginning).toBe(false));
  await world.frames({ ...started, stream: "visit-v1" }, ready);

  await tell(jwt, "v1");
  await tell(`${jwt}2`, "v2");
  await tell(`${jwt}3`, "v3");
  await tell(`${jwt}4`, "v3");
  expect(world.stored.refused).toBe(3);

  world.badIdentity = false;
  await tell(`${jwt}5`, "v3");
  visiting.leave();
  await visiting.begin();
  expect(world.stored).toMatchObject({ who: "user-1", refused: undefined });
});

test("where too many tokens were refused on the pages before, a visit that was kept goes on", async () => {
  const jwt = identity("user-1");
  const [visiting, store] = await world.visiting({ ...KEPT, refused: 3 }, true, jwt);
  await world.frames(started, SHOWN, ready);
  visiting.told(jwt, world.stored);

  expect(store.state.visit?.visit).toBe("v0");
});

test("what is told of a chat beside its events is passed on, and nothing else", async () => {
  const place = { type: "queue", conversation_id: "c1", position: 3 };
  await world.visiting(KEPT, true);
  await world.frames(started, place, { type: "error", code: "retry", detail: "Again." }, ready);

  expect(world.beside).toEqual([place]);
});

test.each([
  ["has asked for somebody", [event(3, { type: "playbook.live_chat_requested.v1" })]],
  [
    "has a chat",
    [
      {
        ...event(1, { type: "conversation.conversation_started.v1", conversation_id: "c1", answer_by: at }),
        stream: "conversation-c1",
      },
    ],
  ],
])("who is named when the bot %s goes on as whoever they were", async (_, frames) => {
  const [visiting, store] = await world.visiting(KEPT, true);
  await world.frames(started, SHOWN, ...frames, ready);
  world.identity = identity("user-1");
  visiting.told(world.identity, world.stored);

  expect(store.state.visit?.visit).toBe("v0");
});

test("who is named while their answer is on its way goes on as whoever they were", async () => {
  const [visiting, store] = await world.visiting(KEPT, true);
  await world.frames(started, SHOWN, ready);
  store.set({ answer: { arrival: 1, text: "Beans", refused: null } });
  visiting.told(identity("user-1"), world.stored);

  expect(store.state.visit?.visit).toBe("v0");
});

test("after somebody was forgotten nothing is kept any more, and no visit begins", async () => {
  const [visiting, store] = await world.visiting(KEPT, true);
  visiting.forget();
  store.set({ open: true });
  await visiting.begin();

  expect(store.state.visit).toBeNull();
  expect(world.kept).toEqual([]);
  expect(world.bodies("gateway/visits")).toEqual([]);
  expect(world.bodies("sign-out")).toEqual([{ session: "old" }]);
  expect(world.reloaded).toHaveBeenCalledOnce();
});

test("a chat that was closed is shown while something of it is unread, and gives way once it was seen", async () => {
  const chat = (version: number, told: object) => ({
    ...event(version, told),
    stream: "conversation-c1",
  });
  const frames = [
    chat(1, { type: "conversation.conversation_started.v1", conversation_id: "c1", answer_by: at }),
    chat(2, { type: "conversation.message_posted.v1", message_id: "m1", author: "agent", text: "Bye" }),
    chat(3, { type: "conversation.closed.v1", reason: "resolved" }),
    ready,
  ];
  const [visiting, store] = await world.visiting(KEPT, false);
  await world.frames(...frames);
  expect(store.state.ready).toBe(true);
  expect(visiting.screen.lines.map((line) => line.text)).toEqual(["Bye"]);

  world.sockets = [];
  const [, later] = await world.visiting({ ...KEPT, seen: 2 }, false);
  await world.frames(...frames);
  await vi.waitFor(() => expect(later.state.visit).toBeNull());
});

test("a visit that a rule gave another playbook has its look asked for, once", async () => {
  const [, store] = await world.visiting(KEPT, true);
  const other = event(1, { type: "playbook.visit_started.v1", playbook_id: "p2", published: 1 });
  await world.frames(other, other, ready);
  await vi.waitFor(() => expect(store.state.ready).toBe(true));

  expect(world.worn).toBe(1);
});

test("a visit of the page's own playbook wears what the page has told", async () => {
  const [, store] = await world.visiting(KEPT, true);
  await world.frames(started, ready);
  await vi.waitFor(() => expect(store.state.ready).toBe(true));

  expect(world.worn).toBe(0);
});

const LEAVES = [
  event(3, { type: "playbook.answer_given.v1", card_id: "q", choice_id: "a", label: "Beans" }),
  event(4, { type: "playbook.card_shown.v1", card_id: "r", arrival: 2, kind: "question", text: "Which?" }),
];
const texts = (visiting: Visiting) => visiting.screen.lines.map((it) => it.text);

test("what an answer tells is shown at once, and once: before its socket brings it, and after", async () => {
  const [visiting, store] = await world.visiting(KEPT, true);
  await world.frames(started, SHOWN, ready);
  store.set({ answer: { arrival: 1, text: "Beans", refused: null } });
  world.told.answers = LEAVES;
  await visiting.go("answers", { choice_id: "a" }, "1-a");
  expect(texts(visiting)).toEqual(["What is it?", "Beans", "Which?"]);
  expect(visiting.screen.asking?.arrival).toBe(2);
  expect(store.state.answer).toBeNull();

  await world.frames(...LEAVES);
  await visiting.go("answers", { choice_id: "a" }, "1-a");
  expect(texts(visiting)).toEqual(["What is it?", "Beans", "Which?"]);
  expect(world.sockets).toHaveLength(1);
});

test("an answer's frames wait where one before them is missing, until the socket has brought all of them", async () => {
  const [visiting, store] = await world.visiting(KEPT, true);
  await world.frames(started, ready);
  world.told.answers = LEAVES;
  await visiting.go("answers");
  expect(texts(visiting)).toEqual([]);
  expect(store.state.events.versions).toEqual({ "visit-v0": 1 });
  expect(world.sockets).toHaveLength(1);

  await world.frames(SHOWN, ...LEAVES);
  expect(texts(visiting)).toEqual(["What is it?", "Beans", "Which?"]);
});

test("a version that the visitor is shown nothing of leaves no gap before what they are shown", async () => {
  const [visiting] = await world.visiting(KEPT, true);
  await world.frames(started, ready);
  world.told.pages = [{ ...event(2, {}), event: null }];
  await visiting.turn(["https://shop.test/c"]);
  await world.frames(event(3, { type: "playbook.card_shown.v1", card_id: "q", arrival: 1, text: "Well?" }));

  expect(texts(visiting)).toEqual(["Well?"]);
  expect(world.sockets).toHaveLength(1);
});

test("the first card is shown without a socket, and a walk that is over by then is begun once", async () => {
  const own = (it: ReturnType<typeof event>) => ({ ...it, stream: "visit-v1" });
  const ends = event(3, { type: "playbook.visit_ended.v1", reason: "end_card" });
  world.told.start = [started, SHOWN, ends].map(own);
  const [visiting] = await world.visiting({}, true);
  await vi.waitFor(() => expect(texts(visiting)).toEqual(["What is it?"]));

  await world.frames(...world.told.start, ready);
  expect(texts(visiting)).toEqual(["What is it?"]);
  expect(visiting.screen.over).toBe("end_card");
  expect(world.bodies("gateway/visits")).toHaveLength(1);
});

test("what is told of a visit that was left meanwhile is shown nowhere", async () => {
  const [visiting, store] = await world.visiting(KEPT, true);
  await world.frames(ready);
  world.told.start = [started, SHOWN];
  const go = world.hold("v0/start");
  const late = visiting.go("start");
  visiting.leave();
  go();
  await late;

  expect(store.state.events.versions).toEqual({});
});

test("in a chat its own stream tells what was said, and an answer tells nothing before it", async () => {
  const [visiting] = await world.visiting(KEPT, true);
  const stream = "conversation-c1";
  const begins = { type: "conversation.conversation_started.v1", conversation_id: "c1", answer_by: at };
  const says = {
    type: "conversation.bot_posted.v1",
    message_id: "m",
    text: "Here?",
    card_id: "q",
    options: [{}],
  };
  await world.frames(started, SHOWN, { ...event(1, begins), stream }, { ...event(2, says), stream }, ready);
  world.told.answers = LEAVES;
  await visiting.go("answers");

  expect(visiting.screen.asking?.arrival).toBe(1);
  expect(texts(visiting)).toEqual(["Here?"]);
});
