import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Store } from "../../src/inbox/store";
import { Viewing } from "../../src/inbox/thread/viewing";

const CHAT = "0c6f1c7e-4a7c-4a53-9f4e-5b8f3c9d1e2f";
const page = {
  visibilityState: "visible",
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};

beforeEach(() => vi.stubGlobal("document", page));
afterEach(() => {
  page.visibilityState = "visible";
  vi.unstubAllGlobals();
});

/** An open conversation, and what its screen said. */
function screen() {
  const listeners = new Map<string, (frame: object) => void>();
  const sent: unknown[] = [];
  const store = {
    me: { agent_id: "me" },
    onFrame: (type: string, listener: (frame: object) => void) => {
      listeners.set(type, listener);
      return () => listeners.delete(type);
    },
    send: (frame: { conversation_id: string | null }) => sent.push(frame.conversation_id) > 0,
  };
  const viewing = new Viewing(store as unknown as Store, CHAT);
  const says = (type: string, frame: object = {}) => listeners.get(type)?.({ type, ...frame });
  return { viewing, says, sent };
}

test("whoever looked before a cut is not shown after it until they are told of again", () => {
  const { viewing, says, sent } = screen();
  viewing.start();
  says("viewing", { conversation_id: CHAT, agents: [{ agent_id: "ben", name: "Ben" }] });
  expect(viewing.others.value.map((one) => one.name)).toEqual(["Ben"]);
  says("ready");
  expect(viewing.others.value).toEqual([]);
  expect(sent).toEqual([CHAT, CHAT]);
});

test("a tab that is hidden does not say that it looks when its socket comes back", () => {
  const { says, sent } = screen();
  page.visibilityState = "hidden";
  says("ready");
  expect(sent).toEqual([null]);
});
