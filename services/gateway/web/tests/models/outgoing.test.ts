import fc from "fast-check";
import { expect, test } from "vitest";
import {
  AWAY,
  accepted,
  again,
  arrived,
  dropped,
  failed,
  next,
  type Outbox,
  pending,
  restored,
  retried,
  type Standing,
  sending,
  told,
  wrote,
} from "../../src/models/outgoing";

const write = (outbox: Outbox, key: string, text: string, after = 0) =>
  wrote(outbox, { key, text, writtenAt: outbox.length, after });

test("messages are sent one at a time, in the order of writing", () => {
  let outbox = write(write([], "a", "one"), "b", "two");

  expect(next(outbox)?.key).toBe("a");
  outbox = sending(outbox, "a");
  expect(next(outbox)).toBeNull();
  outbox = accepted(outbox, "a", "m1");
  expect(next(outbox)?.key).toBe("b");
});

test("one that reached nobody keeps back the rest until it is tried again or deleted", () => {
  const outbox = failed(write(write([], "a", "one"), "b", "two"), "a", AWAY);

  expect(next(outbox)).toBeNull();
  expect(next(again(outbox))?.key).toBe("a");
  expect(next(dropped(outbox, "a"))?.key).toBe("b");
});

test("what is tried again by itself is still not sent, what somebody has tried again is on its way", () => {
  const outbox = failed(write(write([], "a", "one"), "b", "two"), "a", AWAY);
  const said = (box: Outbox) => box.map(told);

  expect(said(outbox)).toEqual(["failed", "waiting"]);
  const tried = sending(again(outbox), "a");
  expect(said(tried)).toEqual(["failed", "waiting"]);
  expect(said(retried(tried, "a"))).toEqual(["sending", "waiting"]);
  expect(said(retried(outbox, "a"))).toEqual(["waiting", "waiting"]);
  expect(said(accepted(tried, "a", "m1"))).toEqual(["sending", "waiting"]);
});

test("one that was refused keeps back nothing, and is tried again by name alone", () => {
  const outbox = failed(write(write([], "a", "one"), "b", "two"), "a", "bad_length");

  expect(next(outbox)?.key).toBe("b");
  expect(again(outbox)[0]?.state).toBe("failed");
  expect(retried(outbox, "a")[0]?.state).toBe("waiting");
});

test("after a reload what was being sent is sent again with its key", () => {
  const [one] = restored(sending(write([], "a", "one"), "a"));

  expect(one).toMatchObject({ key: "a", state: "waiting" });
});

test("an event that comes before the answer is shown once", () => {
  const outbox = sending(write([], "a", "hello", 4), "a");

  expect(pending(outbox, [{ messageId: "m1", version: 5, text: "hello" }])).toEqual([]);
  expect(pending(outbox, [{ messageId: "m0", version: 4, text: "hello" }])).toHaveLength(1);
});

test("a second message of the same text is not taken for the first", () => {
  const first: Standing = { messageId: "m1", version: 5, text: "ok" };
  let outbox = write(write([], "a", "ok", 4), "b", "ok", 4);
  outbox = arrived(accepted(sending(outbox, "a"), "a", "m1"), [first]);
  outbox = sending(outbox, "b");

  expect(pending(outbox, [first]).map((one) => one.key)).toEqual(["b"]);
});

test("whatever the order of answers, events and reloads, each message stands once and in order", () => {
  const steps = fc.array(fc.constantFrom("send", "answer", "event", "cut", "reload", "retry"), {
    maxLength: 60,
  });
  const texts = fc.array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(texts, steps, (written, taken) => {
      const world = new World(written);
      for (const step of taken) {
        world[step]();
        const shown = [...world.heard, ...pending(world.outbox, world.heard)].map((one) => one.text);
        expect(shown).toEqual(written);
      }
    }),
  );
});

/** A server that takes each key once, and a socket that tells what it took a while later. */
class World {
  outbox: Outbox = [];
  heard: Standing[] = [];
  private taken = new Map<string, Standing>();
  private asked: string | null = null;

  constructor(texts: readonly string[]) {
    for (const [place, text] of texts.entries()) this.outbox = write(this.outbox, `key-${place}`, text);
  }

  send() {
    const one = next(this.outbox);
    if (one === null) return;
    this.outbox = sending(this.outbox, one.key);
    this.asked = one.key;
    const version = this.taken.size + 1;
    if (!this.taken.has(one.key))
      this.taken.set(one.key, { messageId: `m-${one.key}`, version, text: one.text });
  }

  answer() {
    if (this.asked === null) return;
    this.outbox = accepted(this.outbox, this.asked, `m-${this.asked}`);
    this.asked = null;
    this.settle();
  }

  event() {
    const line = [...this.taken.values()][this.heard.length];
    if (line !== undefined) this.heard.push(line);
    this.settle();
  }

  cut() {
    if (this.asked !== null && !this.taken.has(this.asked))
      this.outbox = failed(this.outbox, this.asked, AWAY);
  }

  reload() {
    this.outbox = restored(this.outbox);
    this.asked = null;
  }

  retry() {
    this.outbox = again(this.outbox);
  }

  private settle() {
    this.outbox = arrived(this.outbox, this.heard);
  }
}
