import { expect, test } from "vitest";
import { Beside } from "../../src/inbox/playbooks/beside";

const SHOP = "0c6f1c7e-4a7c-4a53-9f4e-5b8f3c9d1e2f";

/** An open playbook, what its screen said, and the clock that the test turns. */
function screen() {
  const listeners = new Map<string, (frame: object) => void>();
  const sent: unknown[] = [];
  const due: (() => void)[] = [];
  const store = {
    me: { agent_id: "me" },
    onFrame: (type: string, listener: (frame: object) => void) => {
      listeners.set(type, listener);
      return () => listeners.delete(type);
    },
    send: (frame: { playbook_id: string | null; card_id?: string | null }) =>
      sent.push(frame.playbook_id === null ? "left" : frame.card_id) > 0,
  };
  const timers = { set: (run: () => void) => due.push(run), clear: () => void due.splice(0) };
  const beside = new Beside(store as unknown as ConstructorParameters<typeof Beside>[0], SHOP, timers);
  const says = (type: string, frame: object = {}) => listeners.get(type)?.({ type, ...frame });
  const later = () => {
    for (const run of due.splice(0)) run();
  };
  return { beside, says, sent, later };
}

const ben = { agent_id: "ben", name: "Ben", card_id: "welcome" };

test("one is there at once, and tells where one has come to, and not each card on the way", () => {
  const { beside, sent, later } = screen();
  for (const card of ["a", "b", "c"]) beside.at(card);
  expect(sent).toEqual([null]);
  later();
  later();
  beside.at("c");
  later();
  expect(sent).toEqual([null, "c"]);
  beside.at("d");
  beside.stop();
  later();
  expect(sent).toEqual([null, "c", "left"]);
});

test("others of this playbook are shown, and after a cut only who is told of again", () => {
  const { beside, says, sent } = screen();
  says("editing", { playbook_id: "another", agents: [ben] });
  expect(beside.others.value).toEqual([]);
  says("editing", { playbook_id: SHOP, agents: [ben, { agent_id: "cy", name: "Cy", card_id: null }] });
  expect(beside.others.value.map((one) => [one.name, one.cardId])).toEqual([
    ["Ben", "welcome"],
    ["Cy", null],
  ]);
  says("ready");
  expect(beside.others.value).toEqual([]);
  expect(sent).toEqual([null, null]);
});
