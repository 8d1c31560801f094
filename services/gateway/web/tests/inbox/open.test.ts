import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Inbox } from "../../src/inbox/context";
import { Open } from "../../src/inbox/thread/open";
import { Problem } from "../../src/wire/problem";

const CHAT = "0c6f1c7e-4a7c-4a53-9f4e-5b8f3c9d1e2f";
type Asked = { name: string; body: Record<string, unknown>; answer: (told: number | Problem) => void };

/** A conversation that nobody holds, and what was asked of the service, which answers when it is told to. */
function unassigned() {
  const asked: Asked[] = [];
  const post = (path: string, body: Record<string, unknown>) =>
    new Promise((resolve, reject) => {
      const answer = (told: number | Problem) =>
        told instanceof Problem ? reject(told) : resolve({ version: told });
      asked.push({ name: path.split("/").at(-1) ?? "", body, answer });
    });
  const store = {
    onFrame: () => () => undefined,
    outboxes: { of: () => null },
    drafts: { of: () => null },
    state: { value: { rows: new Map() } },
  };
  vi.stubGlobal("document", { addEventListener: () => undefined });
  const me = { agent_id: "ana", name: "Ana" };
  const open = new Open({ api: { post }, store, me } as unknown as Inbox, CHAT);
  const { thread } = open.following;
  thread.value = { ...thread.value, version: 1, status: "open" };
  /** The event of an assignment comes. */
  const held = (version: number, id: string) => {
    thread.value = { ...thread.value, version, holder: { id, name: id } };
  };
  return { open, asked, held };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what is asked for while it is taken is asked for after it, and expects to hold it", async () => {
  for (const [name, ask] of [
    ["assign", (open: Open) => open.assign("ben")],
    ["close", (open: Open) => open.close()],
  ] as const) {
    const { open, asked, held } = unassigned();
    const took = open.take();
    const then = ask(open);
    await settled();
    expect(asked.map((one) => one.name)).toEqual(["take"]);
    asked[0]?.answer(2);
    await settled();
    held(2, "ana");
    await took;
    await settled();
    expect(asked[1]).toMatchObject({ name, body: { expected_holder: "ana" } });
    asked[1]?.answer(3);
    held(3, "ben");
    await then;
  }
});

test("whoever assigns twice at once assigns from the first to the second", async () => {
  const { open, asked, held } = unassigned();
  const both = [open.assign("ben"), open.assign("eva")];
  await settled();
  asked[0]?.answer(2);
  await settled();
  held(2, "ben");
  await settled();
  expect(asked[1]?.body).toEqual({ agent_id: "eva", expected_holder: "ben" });
  asked[1]?.answer(3);
  held(3, "eva");
  await Promise.all(both);
});

test("what was asked for after a refusal expects what was on the screen, and not who was faster", async () => {
  const { open, asked, held } = unassigned();
  const took = open.take();
  const refused = expect(took).rejects.toThrow("already_assigned");
  const then = open.assign("ben");
  held(2, "eva");
  await settled();
  asked[0]?.answer(new Problem(409, "already_assigned", ""));
  await refused;
  await settled();
  expect(asked[1]?.body).toEqual({ agent_id: "ben", expected_holder: "ana" });
  asked[1]?.answer(new Problem(409, "held_by_another", ""));
  await expect(then).rejects.toThrow("held_by_another");

  void open.assign("ben");
  await settled();
  expect(asked[2]?.body).toEqual({ agent_id: "ben", expected_holder: "eva" });
});
