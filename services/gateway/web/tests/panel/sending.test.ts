import { expect, test, vi } from "vitest";
import { OUT, readKept } from "../../src/models/kept";
import { readOutbox } from "../../src/models/kept-outbox";
import { told } from "../../src/models/outgoing";
import { apply, NOTHING } from "../../src/models/visitor";
import { screenOf } from "../../src/models/visitor-screen";
import type { Host, Init } from "../../src/panel/host";
import { Sending } from "../../src/panel/sending";
import { Store } from "../../src/panel/state";
import type { Visiting } from "../../src/panel/visiting";
import { Problem } from "../../src/wire/problem";
import type { StreamEvent } from "../../src/wire/types";

const at = "2026-03-04T10:00:00Z";
const CHAT = "conversation-c1";

interface Asked {
  path: string;
  body: { text?: string; attachment_token?: string };
  key: string | undefined;
}

/** A server that takes each key once, and tells what it took by events, unless it is away. */
class World {
  kept: Record<string, unknown>;
  asked: Asked[] = [];
  away = false;
  refuses: Problem | null = null;
  /** Whether the page says what is kept by now. */
  answers = true;
  store: Store;
  visiting: Visiting;
  sending: Sending;
  private taken = new Map<string, { id: string; text: string }>();

  constructor(kept: Record<string, unknown> = {}) {
    this.kept = { visit: { session: "s", visit: "v1" }, ...kept };
    this.store = new Store(readKept(this.kept), true);
    this.tell({
      type: "conversation.conversation_started.v1",
      at,
      conversation_id: "c1",
      wait_time_s: 60,
      answer_by: at,
    });
    const store = this.store;
    const visiting = {
      api: {
        post: (path: string, body: Asked["body"], asking: { key?: string }) =>
          this.post(path, body, asking.key),
      },
      get screen() {
        return screenOf(store.state.events);
      },
      ask: async () => (this.answers ? { ...this.kept } : undefined),
      send: vi.fn(),
    } as unknown as Visiting;
    this.visiting = visiting;
    const host: Host = {
      init: { kept } as Init,
      tell: (type, given) => {
        if (type === "keep") Object.assign(this.kept, given);
      },
      hear: () => {},
    };
    this.sending = new Sending(host, this.store, visiting);
  }

  get standing(): string[] {
    return screenOf(this.store.state.events).lines.map((line) => line.text);
  }

  /** The events of all that was taken and not told yet. */
  deliver(): void {
    const told = screenOf(this.store.state.events).lines.map((line) => line.messageId);
    for (const { id, text } of this.taken.values()) {
      if (!told.includes(id)) {
        this.tell({ type: "conversation.message_posted.v1", at, message_id: id, author: "visitor", text });
      }
    }
  }

  private tell(event: StreamEvent): void {
    const { events } = this.store.state;
    const next = apply(events ?? NOTHING, CHAT, (events.versions[CHAT] ?? 0) + 1, event);
    if (next !== null) this.store.set({ events: next });
  }

  private async post(path: string, body: Asked["body"], key?: string): Promise<unknown> {
    this.asked.push({ path, body, key });
    if (path.endsWith("/files")) return { attachment_token: "token" };
    if (this.refuses !== null) throw this.refuses;
    const id = `id-${key}`;
    if (key !== undefined && !this.taken.has(key)) this.taken.set(key, { id, text: body.text ?? "" });
    if (this.away) throw new Problem(0, "away", "");
    return { ids: { message_id: id } };
  }
}

const settled = () => vi.waitFor(() => undefined).then(() => new Promise((resolve) => setTimeout(resolve)));

test("messages are sent in order, and leave the outbox once they stand in the conversation", async () => {
  const world = new World();
  for (const text of ["one", "two", "three"]) world.sending.say(text);
  await settled();
  expect(world.asked.map((it) => it.body.text)).toEqual(["one", "two", "three"]);
  expect(world.store.state.outbox).toHaveLength(3);

  world.deliver();
  expect(world.standing).toEqual(["one", "two", "three"]);
  expect(world.store.state.outbox).toEqual([]);
  expect(readOutbox(world.kept, "v1")).toEqual([]);
});

test("one whose answer was lost is sent again after a reload, and stands once", async () => {
  const before = new World();
  before.away = true;
  before.sending.say("hello");
  await settled();
  expect(before.store.state.outbox[0]).toMatchObject({ state: "failed", why: "away" });

  const after = new World(JSON.parse(JSON.stringify(before.kept)));
  await after.sending.go();
  after.deliver();
  expect(after.asked[0]?.key).toBe(before.asked[0]?.key);
  expect(after.standing).toEqual(["hello"]);
  expect(after.store.state.outbox).toEqual([]);
});

test("what was refused says why, can be deleted, and keeps back nothing", async () => {
  const world = new World();
  world.refuses = new Problem(403, "blocked", "");
  world.sending.say("one");
  await settled();
  expect(world.store.state.outbox[0]).toMatchObject({ state: "failed", why: "blocked" });

  world.refuses = null;
  world.sending.say("two");
  await settled();
  world.deliver();
  expect(world.standing).toEqual(["two"]);
  world.sending.drop(world.store.state.outbox[0]?.key ?? "");
  expect(readOutbox(world.kept, "v1")).toEqual([]);
});

test("a file is sent first and named by its message; one that is too large is not sent at all", async () => {
  const world = new World();
  world.sending.say("", new File(["x"], "a (1).txt"));
  await settled();
  expect(world.asked.map((it) => it.path.split("/").at(-1))).toEqual(["files", "messages"]);
  expect(world.asked[1]?.body.attachment_token).toBe("token");

  const large = Object.defineProperty(new File([], "b.png"), "size", { value: 11_000_000 });
  world.sending.say("", large);
  await settled();
  expect(world.asked).toHaveLength(2);
  expect(world.store.state.outbox.at(-1)).toMatchObject({ state: "failed", why: "file_too_large" });
});

test("what goes too fast waits, and what was written later waits behind it", async () => {
  vi.useFakeTimers();
  const world = new World();
  world.refuses = new Problem(429, "too_many_messages", "", { retry_after_s: 2 });
  world.sending.say("one");
  world.sending.say("two");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.asked.map((it) => it.body.text)).toEqual(["one"]);

  world.refuses = null;
  await vi.advanceTimersByTimeAsync(1_500);
  vi.useRealTimers();
  expect(world.asked.map((it) => it.body.text)).toEqual(["one", "one", "two"]);
  world.deliver();
  expect(world.standing).toEqual(["one", "two"]);
});

test("of one chat only what does not stand there is offered to the next", async () => {
  const world = new World();
  world.sending.say("arrived");
  await settled();
  world.away = true;
  world.sending.say("without an answer");
  await settled();
  world.sending.say("waits");
  world.deliver();

  expect(world.visiting.unsent()).toEqual(["waits"]);
});

test("a file is sent whatever its name holds", async () => {
  const world = new World();
  world.sending.say("", Object.defineProperty(new File(["x"], "a"), "name", { value: "half \ud83d.txt" }));
  await settled();

  expect(world.asked.map((it) => it.path.split("/").at(-1))).toEqual(["files", "messages"]);
});

test.each([
  [new Problem(503, "unavailable", ""), 2_000],
  [new Problem(500, "http", ""), 2_000],
  [new Problem(503, "unavailable", "", { retry_after_s: 20 }), 20_000],
])(
  "what failed for a reason that passes is tried again by itself, and all arrive in order: %s",
  async (why, soonMs) => {
    vi.useFakeTimers();
    const world = new World();
    world.refuses = why;
    for (const text of ["one", "two"]) world.sending.say(text);
    await vi.advanceTimersByTimeAsync(soonMs / 2 - 1);
    expect(world.asked.map((it) => it.body.text)).toEqual(["one"]);
    expect(world.store.state.outbox.map(told)).toEqual(["failed", "waiting"]);

    await vi.advanceTimersByTimeAsync(600_000);
    const tries = world.asked.length;
    expect(tries).toBeGreaterThan(10);
    expect(tries).toBeLessThan(60);
    world.refuses = null;
    await vi.advanceTimersByTimeAsync(30_000);
    vi.useRealTimers();
    world.deliver();
    expect(world.standing).toEqual(["one", "two"]);
    expect(world.store.state.outbox).toEqual([]);
  },
);

test("what failed is tried again at once when the network or the visitor is back", async () => {
  vi.useFakeTimers();
  const world = new World();
  world.refuses = new Problem(0, "away", "");
  world.sending.say("one");
  await vi.advanceTimersByTimeAsync(1);
  world.refuses = null;
  await world.sending.go();
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
  expect(world.asked).toHaveLength(2);
});

test.each([
  [true, ["one"]],
  [false, ["one", "one"]],
])(
  "what reached nobody and was deleted in another tab is not tried again, where the page tells: %s",
  async (answers, asked) => {
    const world = new World();
    world.answers = answers;
    world.refuses = new Problem(0, "away", "");
    world.sending.say("one");
    await vi.waitFor(() => expect(world.store.state.outbox.map(told)).toEqual(["failed"]));
    const [name] = Object.keys(world.kept).filter((it) => it.startsWith(OUT));
    delete world.kept[name ?? ""];

    world.refuses = null;
    await world.sending.go();
    expect(world.asked.map((it) => it.body.text)).toEqual(asked);
    expect(world.store.state.outbox.filter((it) => it.state !== "accepted")).toEqual([]);
  },
);
