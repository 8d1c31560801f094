import fc from "fast-check";
import { expect, test } from "vitest";
import type { Shown, TabAnswer } from "../../src/models/notices";
import { Desk } from "../../src/worker/desk";
import { KeptInMemory } from "../kept";

const told = {
  id: "n1",
  kind: "new_message",
  conversation_id: "c1",
  tag: "conversation-c1",
  renotify: true,
  text: "Olá?",
  at: "2026-03-04T10:00:00+00:00",
};

/** A desk, and all that happened at it. */
function desk(
  tabs: readonly TabAnswer[],
  strict = false,
  meanwhile: (it: Desk) => Promise<void> = async () => undefined,
) {
  const kept = new KeptInMemory();
  const done: { showed: Shown[]; closed: string[]; asked: string[]; rang: number } = {
    showed: [],
    closed: [],
    asked: [],
    rang: 0,
  };
  const it: Desk = new Desk({
    kept,
    now: () => Date.parse("2026-03-04T10:00:01Z"),
    languages: () => ["pt-PT"],
    permitted: () => true,
    strict,
    ask: async (notice) => {
      done.asked.push(notice.conversation_id);
      await meanwhile(it);
      return tabs;
    },
    show: async (what) => void done.showed.push(what),
    close: async (tag) => void done.closed.push(tag),
    ring: async () => {
      done.rang += 1;
    },
  });
  return { it, kept, done };
}

test("frames of two tabs and two pushes show a notice once and ring once", async () => {
  const { it, done } = desk([
    { looking: false, settled: false, bell: true },
    { looking: false, settled: false, bell: false },
  ]);

  await Promise.all([it.hear(told, "frame"), it.hear(told, "push"), it.hear(told, "frame")]);
  await it.hear(told, "push");

  expect(done.showed.map((one) => [one.title, one.options.body, one.options.silent])).toEqual([
    ["Nova mensagem", "Olá?", true],
  ]);
  expect([done.rang, done.asked]).toEqual([1, ["c1"]]);
});

test("however notices come, each is shown once and rings once", async () => {
  const ways = fc.record({ id: fc.constantFrom("a", "b", "c"), by: fc.constantFrom("push", "frame") });
  await fc.assert(
    fc.asyncProperty(fc.array(ways, { maxLength: 12 }), async (coming) => {
      const { it, done } = desk([{ looking: false, settled: false, bell: true }]);
      await Promise.all(coming.map(({ id, by }) => it.hear({ ...told, id }, by as "push" | "frame")));

      const ids = new Set(coming.map((one) => one.id));
      expect(done.showed.map((one) => one.options.data.id).sort()).toEqual([...ids].sort());
      expect(done.rang).toBe(ids.size);
    }),
  );
});

test("what an agent looks at is shown neither then nor by the push that comes behind", async () => {
  const { it, done } = desk([{ looking: true, settled: false, bell: true }]);

  await it.hear(told, "frame");
  await it.hear(told, "push");

  expect([done.showed, done.rang]).toEqual([[], 0]);
});

test("what was settled before its notice came is not shown", async () => {
  const { it, done } = desk([
    { looking: false, settled: false, bell: false },
    { looking: false, settled: true, bell: true },
  ]);

  await it.hear(told, "frame");
  await it.hear(told, "push");

  expect([done.showed, done.rang]).toEqual([[], 0]);
});

test("what is taken back while it is on its way does not stay, and what comes next does", async () => {
  const taken: string[] = [];
  const { it, done } = desk([], false, async (at) => {
    if (taken.push("c1") === 1) await at.takeBack(["conversation-c2", told.tag]);
  });

  await it.hear(told, "frame");
  expect([done.showed.length, done.closed.at(-1)]).toEqual([1, told.tag]);
  const closed = done.closed.length;
  await it.hear({ ...told, id: "n2" }, "frame");

  expect([done.showed.length, done.closed.length]).toEqual([2, closed]);
});

test("what was read in a list and what a push told of it is shown once, whichever came first", async () => {
  const pushed = { ...told, kind: "new_conversation", text: null };
  const read = { ...pushed, id: `new_conversation/c1/${Date.parse(told.at)}`, at: "2026-03-04T10:00:00Z" };
  for (const [one, other] of [
    [pushed, read],
    [read, pushed],
  ]) {
    const { it, done } = desk([{ looking: false, settled: false, bell: true }]);
    await it.hear(one, "frame");
    await it.hear(other, "push");

    expect([done.showed.length, done.rang]).toEqual([1, 1]);
  }
});

test("a strict browser counts a repeated push, and what stands there stays", async () => {
  const { it, done } = desk([], true);

  await it.hear(told, "push");
  await it.hear(told, "push");

  expect(done.showed.map((one) => [one.options.tag, one.options.silent])).toEqual([
    ["conversation-c1", false],
    ["counted-n1", true],
  ]);
  expect(done.closed).toEqual(["counted-n1"]);
});

test("the agent's language and wish for previews count without a tab", async () => {
  const { it, kept, done } = desk([]);
  await kept.change((before) => [
    { ...before, settings: { language: "en", sound: false, previews: false } },
    null,
  ]);

  await it.hear(told, "push");

  expect(done.showed.map(({ title, options }) => [title, options.body, options.silent])).toEqual([
    ["New message", "", true],
  ]);
});

test("a browser that was taken off shows nothing, and a tab still rings", async () => {
  const { it, kept, done } = desk([{ looking: false, settled: false, bell: true }]);
  await kept.change((before) => [{ ...before, off: true }, null]);

  await it.hear(told, "frame");

  expect([done.showed, done.rang]).toEqual([[], 1]);
});

test("a deadline is over by the server's clock, however wrong the one of this machine is", async () => {
  const { it, kept, done } = desk([]);
  const soon = { ...told, expires_at: "2026-03-04T10:00:00Z" };
  await it.hear({ ...soon, id: "by-this-clock" }, "push");
  expect(done.showed).toEqual([]);

  await kept.change((before) => [{ ...before, ahead_ms: -60_000 }, null]);
  await it.hear({ ...soon, id: "by-the-server" }, "push");
  expect(done.showed.map((one) => one.options.data.id)).toEqual(["by-the-server"]);
});

test("what is no notice is passed over", async () => {
  const { it, done } = desk([]);

  await it.hear({ ...told, kind: "of_tomorrow" }, "push");
  await it.hear(null, "push");

  expect([done.showed, done.asked]).toEqual([[], []]);
});
