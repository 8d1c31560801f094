import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Inbox } from "../../src/inbox/context";
import { Following } from "../../src/inbox/thread/following";
import { Problem } from "../../src/wire/problem";

const CHAT = "0c6f1c7e-4a7c-4a53-9f4e-5b8f3c9d1e2f";
type Listener = (version: number, event: Record<string, unknown> | null) => void;

/** A conversation of `size` messages, whose socket tells what is said from then on. */
function conversation(size: number) {
  const said = Array.from({ length: size }, (_, at) => event(at + 1));
  const followed: number[] = [];
  let listener: Listener | null = null;
  let notYet = 0;
  let error: ((frame: Record<string, unknown>) => void) | null = null;
  const get = async (path: string) => {
    if (notYet > 0) {
      notYet -= 1;
      throw new Problem(404, "not_found", "");
    }
    const query = new URLSearchParams(path.split("?")[1]);
    const from = Number(query.get("cursor") ?? 0);
    const to = from + Number(query.get("limit"));
    const items = said.slice(from, to).map((one, at) => ({ version: from + at + 1, event: one }));
    return { items, next: to < said.length ? String(to) : null };
  };
  const follow = (_: string, after: number, hears: Listener) => {
    followed.push(after);
    listener = hears;
    return () => {
      listener = null;
    };
  };
  const says = (tell: boolean) => {
    said.push(event(said.length + 1));
    if (tell) listener?.(said.length, event(said.length));
  };
  const onFrame = (_: string, hears: typeof error) => {
    error = hears;
    return () => {
      error = null;
    };
  };
  const refuses = (id: string, code = "not_found") => error?.({ code, stream: `conversation-${id}` });
  const inbox = { api: { get }, store: { follow, onFrame } } as unknown as Pick<Inbox, "api" | "store">;
  const late = (times: number) => {
    notYet = times;
  };
  return {
    following: new Following(inbox, CHAT),
    followed,
    says,
    late,
    refuses,
    heard: () => listener !== null,
  };
}

function event(version: number) {
  const type = "conversation.message_posted.v1";
  return {
    type,
    at: "2026-03-04T10:00:00Z",
    message_id: `m${version}`,
    author: "visitor",
    text: String(version),
  };
}

const texts = (following: Following) =>
  following.thread.value.items.map((item) => (item.kind === "message" ? item.text : item.what));

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("a long conversation is read as a whole and followed from its end", async () => {
  const { following, followed, says } = conversation(250);
  await following.start();
  expect(followed).toEqual([250]);
  says(true);
  expect(texts(following)).toEqual(Array.from({ length: 251 }, (_, at) => String(at + 1)));
});

test("one that has just begun is asked for again, and one that is not there is told", async () => {
  const young = conversation(1);
  young.late(2);
  const started = young.following.start();
  await vi.runAllTimersAsync();
  await started;
  expect(young.following.loaded.value).toBe(true);

  const none = conversation(0);
  none.late(100);
  const asked = none.following.start();
  await vi.runAllTimersAsync();
  await asked;
  expect(none.following.problem.value?.code).toBe("not_found");
});

test("what a command led to is read where the socket does not tell it", async () => {
  const { following, says } = conversation(3);
  await following.start();
  says(false);
  following.reach(4);
  expect(texts(following)).toHaveLength(3);
  await vi.runAllTimersAsync();
  expect(texts(following)).toEqual(["1", "2", "3", "4"]);
});

test("a conversation that cannot be read to its end is a problem of its own, and another try follows it", async () => {
  const { following, followed, refuses } = conversation(2);
  await following.start();
  refuses(CHAT, "something_else");
  expect(following.problem.value).toBeNull();
  refuses(CHAT, "behind");
  expect(following.problem.value?.code).toBe("behind");
  await following.start();
  expect(following.problem.value).toBeNull();
  expect(followed).toEqual([2, 2]);
});

test("a socket that does not find the conversation is a problem, and another try follows it again", async () => {
  const { following, followed, says, refuses } = conversation(2);
  await following.start();
  refuses("0c6f1c7e-4a7c-4a53-9f4e-5b8f3c9d1e20");
  expect(following.problem.value).toBeNull();
  refuses(CHAT);
  expect(following.problem.value?.code).toBe("not_found");
  says(false);
  await following.start();
  expect(following.problem.value).toBeNull();
  expect(followed).toEqual([2, 3]);
  expect(texts(following)).toEqual(["1", "2", "3"]);
  says(true);
  expect(texts(following)).toEqual(["1", "2", "3", "4"]);
});

test("a conversation that the next connection finds is no problem any more", async () => {
  const { following, says, refuses } = conversation(2);
  await following.start();
  refuses(CHAT);
  says(true);
  expect(following.problem.value).toBeNull();
  expect(texts(following)).toEqual(["1", "2", "3"]);
});

test("a conversation that was left is neither read nor followed any more", async () => {
  const { following, says, heard } = conversation(150);
  const started = following.start();
  following.stop();
  await started;
  expect(heard()).toBe(false);
  says(true);
  expect(texts(following).length).toBeLessThan(150);
});
