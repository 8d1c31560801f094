import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Frames } from "../../src/inbox/frames";
import type { Api } from "../../src/wire/api";
import type { Wires } from "../../src/wire/connection";

const STREAM = "conversation-0c6f1c7e-4a7c-4a53-9f4e-5b8f3c9d1e2f";

/** A socket that the test speaks for; `sent` is what the page sent. */
function wire() {
  const sent: Record<string, unknown>[] = [];
  const opened: Record<string, (it: unknown) => void>[] = [];
  const open = () => {
    const socket = {
      readyState: 1,
      send: (text: string) => sent.push(JSON.parse(text)),
      close: () => undefined,
    };
    opened.push(socket as never);
    return socket as unknown as WebSocket;
  };
  const around: Wires = {
    open,
    setTimeout: (run, ms) => setTimeout(run, ms) as unknown as number,
    clearTimeout: (timer) => clearTimeout(timer),
    now: () => 0,
    random: () => 1,
  };
  const api = { token: async () => "t", forgetToken: () => undefined } as unknown as Api;
  const frames = new Frames(api, "tab", () => undefined, around);
  const says = (frame: object) => opened.at(-1)?.onmessage?.({ data: JSON.stringify(frame) });
  const authorised = async () => {
    opened.at(-1)?.onopen?.({});
    await vi.waitFor(() => expect(sent.at(-1)?.type).toBe("authorise"));
  };
  return {
    frames,
    sent,
    says,
    authorised,
    cut: () => opened.at(-1)?.onclose?.({ code: 1006, reason: "" }),
    opened,
  };
}

const follows = (sent: readonly Record<string, unknown>[]) => sent.filter((frame) => frame.type === "follow");

beforeEach(() => {
  vi.stubGlobal("location", { origin: "http://localhost" });
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("document", { addEventListener: () => undefined, visibilityState: "visible" });
});
afterEach(() => vi.unstubAllGlobals());

test("a conversation that is opened before the socket is ready is followed once it is", async () => {
  const { frames, sent, says, authorised } = wire();
  frames.start();
  await authorised();
  frames.follow(STREAM, 7);
  expect(follows(sent)).toEqual([]);
  says({ type: "ready" });
  expect(follows(sent)).toEqual([{ type: "follow", stream: STREAM, after: 7 }]);
});

test("after a cut what is followed is told with the versions that came, and not twice", async () => {
  const { frames, sent, says, authorised, cut, opened } = wire();
  const heard: number[] = [];
  frames.onEvent(STREAM, (version) => heard.push(version));
  frames.start();
  await authorised();
  says({ type: "ready" });
  frames.follow(STREAM, 7);
  says({ type: "event", stream: STREAM, version: 8, event: { type: "x" } });
  says({ type: "event", stream: STREAM, version: 8, event: { type: "x" } });
  cut();
  await vi.waitFor(() => expect(opened).toHaveLength(2));
  await authorised();
  says({ type: "ready" });
  expect(heard).toEqual([8]);
  expect(sent.at(-1)).toMatchObject({ type: "authorise", have: { [STREAM]: 8 } });
  expect(follows(sent)).toHaveLength(1);
});

test("what is on its way when a conversation is left is nobody's, and no gap", async () => {
  const { frames, says, authorised } = wire();
  frames.start();
  await authorised();
  says({ type: "ready" });
  frames.follow(STREAM, 7);
  frames.unfollow(STREAM);
  says({ type: "event", stream: STREAM, version: 9, event: { type: "x" } });
  expect(frames.send({ type: "ping" })).toBe(true);
});
