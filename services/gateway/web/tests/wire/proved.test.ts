import { beforeEach, expect, test, vi } from "vitest";
import { ProvedConnection } from "../../src/wire/proved";

const PING_MS = 8_000;

class FakeSocket {
  readyState = 1;
  close = vi.fn();
  send = vi.fn();
  onmessage?: (told: { data: string }) => void;

  tells(type: string): void {
    this.onmessage?.({ data: JSON.stringify({ type }) });
  }
}

let socket: FakeSocket;
let silent: number[];
let connection: ProvedConnection;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  silent = [];
  connection = new ProvedConnection(
    "wss://chat.test",
    PING_MS,
    {
      authorise: async () => ({ token: "t", have: {} }),
      refused: () => undefined,
      frame: () => undefined,
      stands: ({ is }) => {
        if (is === "waiting") silent.push(connection.silentMs);
      },
    },
    {
      open: () => {
        socket = new FakeSocket();
        return socket as unknown as WebSocket;
      },
      setTimeout: (run, ms) => setTimeout(run, ms) as unknown as number,
      clearTimeout: (timer) => clearTimeout(timer),
      now: () => performance.now(),
      random: () => 1,
    },
  );
  connection.start();
  return () => void vi.useRealTimers();
});

test("a machine that slept was silent since it asked last, whatever it hears first when it wakes", () => {
  socket.tells("ready");
  vi.advanceTimersByTime(PING_MS + 1_000);
  vi.setSystemTime(Date.now() + 7_200_000);
  socket.tells("pong");
  socket.tells("rows");
  connection.again();

  expect(silent).toEqual([7_201_000]);
});

test("a server that answers was there when it was asked last", () => {
  socket.tells("ready");
  for (let pings = 0; pings < 3; pings += 1) {
    vi.advanceTimersByTime(PING_MS);
    socket.tells("pong");
  }
  vi.advanceTimersByTime(4_000);
  connection.again();

  expect(silent).toEqual([4_000]);
});

test("one that answers nothing was there when it answered last, and of none that never did is anything missed", () => {
  connection.again();
  vi.advanceTimersByTime(100);
  socket.tells("ready");
  vi.advanceTimersByTime(3 * PING_MS);

  expect(silent).toEqual([0, 3 * PING_MS]);
});

test("a clock that is set back makes no silence of less than nothing", () => {
  socket.tells("ready");
  vi.setSystemTime(Date.now() - 3_600_000);
  connection.again();

  expect(silent).toEqual([0]);
});
