import { beforeEach, expect, test, vi } from "vitest";
import { Connection, type Standing, type Wires } from "../../src/wire/connection";

interface Timer {
  at: number;
  run: () => void;
}

/** Sockets, timers and a clock that the test moves. */
class World {
  sockets: FakeSocket[] = [];
  stands: Standing[] = [];
  private timers = new Map<number, Timer>();
  private time = 0;
  private last = 0;

  constructor(private readonly random = 1) {}

  readonly connection = new Connection(
    "wss://chat.test",
    25_000,
    {
      authorise: async () => ({ token: "t", have: {} }),
      refused: () => {},
      frame: () => {},
      stands: (standing) => this.stands.push(standing),
    },
    {
      open: () => {
        const socket = new FakeSocket();
        this.sockets.push(socket);
        return socket as unknown as WebSocket;
      },
      setTimeout: (run, ms) => {
        this.last += 1;
        this.timers.set(this.last, { at: this.time + ms, run });
        return this.last;
      },
      clearTimeout: (timer) => this.timers.delete(timer),
      now: () => this.time,
      random: () => this.random,
    } as Wires,
  );

  get socket(): FakeSocket | undefined {
    return this.sockets.at(-1);
  }

  pass(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(([, it]) => it.at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      this.time = due[1].at;
      this.timers.delete(due[0]);
      due[1].run();
    }
    this.time = until;
  }
}

class FakeSocket {
  readyState = 1;
  sent: string[] = [];
  close = vi.fn();
  onopen?: () => void;
  onmessage?: (told: { data: string }) => void;
  onclose?: (end: { code: number; reason: string }) => void;

  send(text: string): void {
    this.sent.push(text);
  }

  tells(type: string): void {
    this.onmessage?.({ data: JSON.stringify({ type }) });
  }

  get pings(): number {
    return this.sent.filter((text) => text.includes("ping")).length;
  }
}

let world: World;
beforeEach(() => {
  world = new World();
  world.connection.start();
});

test("a ready socket that is doubted is asked once, and given up where it answers nothing for three seconds", () => {
  const { socket } = world;
  socket?.tells("ready");
  world.connection.hurry();
  world.connection.hurry();
  expect(socket?.pings).toBe(1);
  world.pass(2_900);
  expect(socket?.close).not.toHaveBeenCalled();

  world.pass(400);
  expect(socket?.close).toHaveBeenCalled();
  expect(world.sockets).toHaveLength(2);
});

test("a ready socket that answers stays", () => {
  const { socket } = world;
  socket?.tells("ready");
  world.connection.hurry();
  socket?.tells("pong");
  world.pass(10_000);

  expect(world.sockets).toHaveLength(1);
  world.connection.hurry();
  expect(socket?.pings).toBe(2);
});

test("one that waits connects at once when it is hurried", () => {
  world.connection.again();
  expect(world.sockets).toHaveLength(1);
  world.connection.hurry();

  expect(world.sockets).toHaveLength(2);
});

test("skipped versions are asked for again and again more slowly; a good connection begins anew", () => {
  const pauses: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    world.socket?.tells("ready");
    const before = world.sockets.length;
    world.connection.again();
    let ms = 0;
    for (; world.sockets.length === before; ms += 50) world.pass(50);
    pauses.push(ms);
  }
  expect(pauses).toEqual([100, 200, 400, 800, 1_600]);

  world.socket?.tells("ready");
  world.pass(11_000);
  world.connection.again();
  world.pass(100);
  expect(world.sockets).toHaveLength(7);
});

test("whoever is ended again and again while a server starts comes back ever later", () => {
  world = new World(0);
  world.connection.start();
  world.socket?.tells("ready");
  const waits = [1, 2, 3, 4].map(() => {
    const before = world.sockets.length;
    world.socket?.onclose?.({ code: 1012, reason: "" });
    let ms = 0;
    for (; world.sockets.length === before; ms += 50) world.pass(50);
    return ms;
  });

  expect(waits[0]).toBe(50);
  expect(waits).toEqual([...waits].sort((one, other) => one - other));
  expect(new Set(waits).size).toBe(waits.length);
});

test.each([
  [1012, "", 0, 2_000],
  [1001, "", 0, 2_000],
  [4425, "retry", 1_000, 2_000],
  [4429, "too_fast", 10_000, 20_000],
])(
  "of all who are ended by %i at one moment no two come back at one",
  (code, reason, soonestMs, latestMs) => {
    const comesBack = (random: number) => {
      world = new World(random);
      world.connection.start();
      world.socket?.tells("ready");
      world.socket?.onclose?.({ code, reason });
      let ms = 0;
      for (; world.sockets.length === 1; ms += 50) world.pass(50);
      return ms;
    };

    expect([comesBack(0), comesBack(0.5), comesBack(1)]).toEqual(
      [soonestMs, (soonestMs + latestMs) / 2, latestMs].map((ms) => Math.max(50, ms)),
    );
  },
);
