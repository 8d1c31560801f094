import { afterEach, expect, test, vi } from "vitest";
import { Outbound } from "../../src/inbox/thread/outbound";
import { Outboxes } from "../../src/inbox/thread/outboxes";
import { Api } from "../../src/wire/api";

/** A server that answers each POST as it is told to, and notes what came. */
function server(...answers: (number | "cut")[]) {
  const came: { text: string; key: string }[] = [];
  const session = { over: false };
  const fetch = vi.fn(async (path: RequestInfo | URL, init?: RequestInit) => {
    if (session.over) return Response.json({ code: "unauthorised", detail: "" }, { status: 401 });
    if (String(path).endsWith("tokens")) return Response.json({ token: "t", token_expires_at: "" });
    const headers = init?.headers as Record<string, string>;
    const { text } = JSON.parse(String(init?.body)) as { text: string };
    const answer = answers.shift() ?? 200;
    if (answer === "cut") throw new TypeError("cut");
    came.push({ text, key: String(headers["idempotency-key"]) });
    const facts = answer === 429 ? { retry_after_s: 0.01 } : {};
    if (answer !== 200) return Response.json({ code: "closed", detail: "", ...facts }, { status: answer });
    return Response.json({ stream: "s", version: came.length, ids: { message_id: `m-${text}` } });
  });
  let now = 0;
  const api = new Api(null, {
    fetch,
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    newKey: () => "k",
    random: () => 1,
  });
  return { api, came, session };
}

const CHAT = "0c6f1c7e-4a7c-4a53-9f4e-5b8f3c9d1e2f";
let agents = 0;
/** Each test has an agent of its own: what is kept is kept by agent. */
const somebody = () => `agent-${++agents}`;
const states = (outbound: Outbound) => outbound.box.value.map((one) => [one.text, one.state]);

test("messages go out one by one, in the order of writing", async () => {
  const { api, came } = server();
  const outbound = new Outbound(api, somebody(), CHAT);
  for (const text of ["one", "two", "three"]) outbound.write(text, 0);
  await vi.waitFor(() => expect(outbound.unsent.value).toBe(0));
  expect(came.map((one) => one.text)).toEqual(["one", "two", "three"]);
  expect(new Set(came.map((one) => one.key)).size).toBe(3);
  outbound.settle([{ messageId: "m-one", version: 1, text: "one" }]);
  expect(states(outbound)).toEqual([
    ["two", "accepted"],
    ["three", "accepted"],
  ]);
});

test("a message that was refused stays, with its reason, and keeps nothing back", async () => {
  const { api, came } = server(409);
  const outbound = new Outbound(api, somebody(), CHAT);
  outbound.write("refused", 0);
  outbound.write("next", 0);
  await vi.waitFor(() => expect(came).toHaveLength(2));
  await vi.waitFor(() =>
    expect(states(outbound)).toEqual([
      ["refused", "failed"],
      ["next", "accepted"],
    ]),
  );
  const [{ key = "", why = "" } = {}] = outbound.box.value;
  expect(why).toBe("closed");
  outbound.drop(key);
  expect(states(outbound)).toEqual([["next", "accepted"]]);
});

afterEach(() => vi.unstubAllGlobals());

test("two tabs lose none of each other's messages, and what one deletes the other does not send", async () => {
  let tell: (event: { key: string; newValue: null }) => void = () => undefined;
  vi.stubGlobal("addEventListener", (_: string, listener: typeof tell) => {
    tell = listener;
  });
  const me = somebody();
  const away = () => server(...Array.from({ length: 100 }, () => "cut" as const)).api;
  const held = (outbound: Outbound) =>
    vi.waitFor(() => expect(outbound.box.value.map((one) => one.state)).toContain("failed"));
  const first = new Outbound(away(), me, CHAT);
  first.write("of the first", 0);
  await held(first);
  const { api, came } = server(...Array.from({ length: 9 }, () => "cut" as const));
  const boxes = new Outboxes(api, me);
  boxes.start();
  const second = boxes.of(CHAT);
  second.write("of the second", 0);
  first.write("of the first again", 0);
  const reloaded = new Outbound(away(), me, CHAT);
  expect(reloaded.box.value.map((one) => one.text)).toEqual([
    "of the first",
    "of the second",
    "of the first again",
  ]);

  const { key = "" } = first.box.value[0] ?? {};
  first.drop(key);
  tell({ key: `livechat.inbox.outbox.${me}.${CHAT}.out:${key}`, newValue: null });
  expect(second.box.value.map((one) => one.text)).toEqual(["of the second"]);
  await vi.waitFor(() => {
    boxes.again();
    expect(came.map((one) => one.text)).toEqual(["of the second"]);
  });
});

test("what was kept unsent goes out after a reload with the same key, for its own agent alone", async () => {
  const me = somebody();
  const cut = server(...Array.from({ length: 100 }, () => "cut" as const));
  const before = new Outbound(cut.api, me, CHAT);
  before.write("held up", 0);
  await vi.waitFor(() => expect(states(before)).toEqual([["held up", "failed"]]));
  const key = before.box.value[0]?.key;

  const { api, came } = server();
  expect(new Outboxes(api, somebody()).unsent.value).toBe(0);
  const boxes = new Outboxes(api, me);
  boxes.again();
  await vi.waitFor(() => expect(came).toEqual([{ text: "held up", key }]));
});

test("what failed for a reason that passes is tried again by itself, in order, and no more once one has left", async () => {
  vi.useFakeTimers();
  const { api, came } = server(500, 500);
  const outbound = new Outbound(api, somebody(), CHAT);
  outbound.write("one", 0);
  outbound.write("two", 0);
  await vi.advanceTimersByTimeAsync(900);
  expect(states(outbound)).toEqual([
    ["one", "failed"],
    ["two", "waiting"],
  ]);
  expect(outbound.unsent.value).toBe(2);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(came.map((one) => one.text)).toEqual(["one", "one", "one", "two"]);
  expect(outbound.unsent.value).toBe(0);

  const left = server(...Array.from({ length: 9 }, () => 500));
  const other = new Outbound(left.api, somebody(), CHAT);
  other.write("one", 0);
  await vi.advanceTimersByTimeAsync(900);
  other.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
  expect(left.came).toHaveLength(1);
});

test("what goes too fast waits as long as it is told, and what was written later waits behind it", async () => {
  const { api, came } = server(429, 200);
  const outbound = new Outbound(api, somebody(), CHAT);
  outbound.write("one", 0);
  outbound.write("two", 0);
  await vi.waitFor(() => expect(outbound.unsent.value).toBe(0), { timeout: 3_000 });
  expect(came.map((one) => one.text)).toEqual(["one", "one", "two"]);
});

test("the end of a session refuses nothing: after the sign-in all goes out, in order and with its keys", async () => {
  const me = somebody();
  const ended = server();
  ended.session.over = true;
  const before = new Outbound(ended.api, me, CHAT);
  before.write("one", 0);
  await vi.waitFor(() => expect(states(before)).toEqual([["one", "failed"]]));
  before.write("two", 0);
  expect(before.unsent.value).toBe(2);
  expect(before.box.value.map((one) => one.state)).toEqual(["failed", "waiting"]);
  before.stop();

  const { api, came } = server();
  const boxes = new Outboxes(api, me);
  boxes.again();
  await vi.waitFor(() => expect(came).toHaveLength(2));
  expect(came).toEqual(before.box.value.map(({ text, key }) => ({ text, key })));
});

test("whoever was stopped amid a message goes on with nothing, and keeps it as it was", async () => {
  vi.useFakeTimers();
  const me = somebody();
  const { api, came } = server(500, 200);
  const outbound = new Outbound(api, me, CHAT);
  outbound.write("one", 0);
  outbound.write("two", 0);
  outbound.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
  expect(came.map((one) => one.text)).toEqual(["one"]);
  const kept = new Outbound(server(...Array.from({ length: 9 }, () => "cut" as const)).api, me, CHAT);
  expect(kept.box.value.map((one) => [one.text, one.why])).toEqual([
    ["one", null],
    ["two", null],
  ]);
});

test("what another tab has written and not sent is left as well", async () => {
  const me = somebody();
  const boxes = new Outboxes(server().api, me);
  expect(boxes.hasLeft).toBe(false);
  const elsewhere = new Outbound(server("cut").api, me, CHAT);
  elsewhere.write("held up", 0);
  expect(boxes.hasLeft).toBe(true);
  await vi.waitFor(() => expect(states(elsewhere)).toEqual([["held up", "accepted"]]));
  expect(boxes.hasLeft).toBe(false);
});
