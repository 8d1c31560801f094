import { expect, test } from "vitest";
import {
  type Circumstances,
  destinationOf,
  destinationPath,
  IDS_MAX,
  inboxTabs,
  keyOf,
  namesOf,
  noticeOf,
  remembered,
  shown,
  verdict,
  withChoice,
} from "../../src/models/notices";

const settings = { language: "en", sound: true, previews: true } as const;
const told = {
  type: "notice",
  id: "n1",
  kind: "new_message",
  conversation_id: "c1",
  tag: "conversation-c1",
  renotify: true,
  text: "Do you ship to <b>Brazil</b>?",
  at: "2026-03-04T10:00:00+00:00",
  expires_at: "2026-03-04T11:00:00+00:00",
};
const notice = noticeOf(told);
if (notice === null) throw new Error("a notice");
const usual: Circumstances = {
  by: "frame",
  first: true,
  permitted: true,
  now: Date.parse("2026-03-04T10:00:01Z"),
  tabs: [{ looking: false, settled: false, bell: false }],
  settings,
  strict: false,
};

test("a push has no end and a frame has one; what is no notice that we know is none", () => {
  const { expires_at, type, ...push } = told;

  expect(noticeOf(push)).toEqual({ ...notice, expires_at: null });
  expect(noticeOf({ ...told, text: "" })?.text).toBeNull();
  for (const wrong of [null, "text", [], {}, { ...told, id: 7 }, { ...told, kind: "of_tomorrow" }])
    expect(noticeOf(wrong)).toBeNull();
});

test("an id is first once, and the oldest ids are forgotten", () => {
  let ids: readonly string[] = [];
  for (let count = 0; count < IDS_MAX; count += 1) ids = remembered(ids, `n${count}`).ids;

  expect(remembered(ids, "n0")).toEqual({ ids, first: false });
  const next = remembered(ids, "another");
  expect(next.first).toBe(true);
  expect(next.ids.length).toBe(IDS_MAX);
  expect(next.ids.includes("n0")).toBe(false);
});

test("a notice is known again by its id or by what it tells, and messages of one moment by their ids alone", () => {
  const begun = { ...notice, kind: "new_conversation" as const, at: "2026-03-04T10:00:00.123456+00:00" };
  const read = { ...begun, id: keyOf(begun), at: "2026-03-04T10:00:00.123456Z" };
  const { ids } = remembered([], ...namesOf(begun));

  expect(remembered(ids, ...namesOf(read)).first).toBe(false);
  expect(remembered(ids, ...namesOf({ ...begun, at: notice.at })).first).toBe(false);
  expect(remembered(ids, ...namesOf({ ...read, id: "n2", at: notice.at })).first).toBe(true);
  expect(remembered(ids, ...namesOf({ ...read, id: "n2", kind: "assigned_to_you" })).first).toBe(true);
  const message = remembered([], ...namesOf(notice)).ids;
  expect(remembered(message, ...namesOf({ ...notice, id: "n2" })).first).toBe(true);
});

test("a choice for one kind leaves the others", () => {
  expect(withChoice([], "new_message", false)).toEqual(["new_message"]);
  expect(withChoice(["new_message", "new_conversation"], "new_message", true)).toEqual(["new_conversation"]);
  expect(withChoice(["new_message"], "new_message", false)).toEqual(["new_message"]);
});

test("a notice is shown with the desktop's sound where no tab can ring, and in silence where one does", () => {
  expect(verdict(notice, usual)).toEqual({ show: "show", ring: false, silent: false });
  const rings = { ...usual, tabs: [{ looking: false, settled: false, bell: true }] };
  expect(verdict(notice, rings)).toEqual({ show: "show", ring: true, silent: true });
});

test("what takes the place of another unread one, or is unwanted, makes no sound", () => {
  const tabs = [{ looking: false, settled: false, bell: true }];
  const collapsed = { ...notice, renotify: false };

  expect(verdict(collapsed, { ...usual, tabs })).toEqual({ show: "show", ring: false, silent: true });
  const quiet = { ...settings, sound: false };
  expect(verdict(notice, { ...usual, tabs, settings: quiet })).toEqual({
    show: "show",
    ring: false,
    silent: true,
  });
});

test("without permission a tab still rings", () => {
  const tabs = [{ looking: false, settled: false, bell: true }];

  expect(verdict(notice, { ...usual, permitted: false, tabs })).toMatchObject({
    show: "nothing",
    ring: true,
  });
});

test.each([
  ["came before", { first: false }],
  ["is looked at in another tab", { tabs: [usual.tabs[0], { looking: true, settled: false, bell: true }] }],
  ["was settled before it came", { tabs: [{ looking: false, settled: true, bell: true }] }],
  ["is over", { now: Date.parse("2026-03-04T11:00:00Z") }],
])("one that %s is not shown; a strict browser's push flashes", (_, what) => {
  const it = { ...usual, ...what } as Circumstances;

  expect(verdict(notice, it)).toEqual({ show: "nothing", ring: false, silent: true });
  expect(verdict(notice, { ...it, strict: true }).show).toBe("nothing");
  expect(verdict(notice, { ...it, by: "push" }).show).toBe("nothing");
  expect(verdict(notice, { ...it, by: "push", strict: true }).show).toBe("flash");
  expect(verdict(notice, { ...it, by: "push", strict: true, permitted: false }).show).toBe("nothing");
});

test("texts are shown as they are, and not at all where previews are hidden", () => {
  expect(shown(notice, "New message", settings, false)).toEqual({
    title: "New message",
    options: {
      tag: "conversation-c1",
      renotify: true,
      silent: false,
      body: "Do you ship to <b>Brazil</b>?",
      lang: "en",
      dir: "auto",
      timestamp: Date.parse("2026-03-04T10:00:00Z"),
      data: {
        conversation_id: "c1",
        kind: "new_message",
        id: "n1",
        at: told.at,
        path: "/inbox/live-chat/mine/c1",
      },
    },
  });
  expect(shown(notice, "", { ...settings, previews: false }, true).options.body).toBe("");
});

test("a destination is only ever in the inbox", () => {
  const { data } = shown({ ...notice, kind: "new_conversation" }, "", settings, true).options;

  expect(data.path).toBe("/inbox/live-chat/unassigned/c1");
  expect(destinationOf(JSON.parse(JSON.stringify(data)))).toEqual(data);
  for (const path of ["https://elsewhere.example/", "//elsewhere.example", "/inboxes", "javascript:alert(1)"])
    expect(destinationOf({ ...data, path })).toBeNull();
  expect(destinationOf(undefined)).toBeNull();
});

test("a tab goes to the folder that the conversation is in by now", () => {
  const to = shown(notice, "", settings, true).options.data;

  expect(destinationPath(null, undefined, "a1")).toBe("/inbox");
  expect(destinationPath(to, undefined, "a1")).toBe("/inbox/live-chat/mine/c1");
  expect(destinationPath(to, "a1", "a1")).toBe("/inbox/live-chat/mine/c1");
  expect(destinationPath(to, "closed", "a1")).toBe("/inbox/live-chat/closed/c1");
});

test("a click goes to the inbox's nearest tab of this origin, and to no other page", () => {
  const tab = (url: string, visibilityState = "hidden", focused = false) => ({
    url,
    visibilityState,
    focused,
  });
  const here = "https://chat.example";
  const hidden = tab(`${here}/inbox`);
  const seen = tab(`${here}/inbox/live-chat/mine`, "visible");
  const front = tab(`${here}/inbox/team`, "visible", true);
  const others = [
    tab(`${here}/panel/w/p`, "visible", true),
    tab("https://else.example/inbox"),
    tab("about:blank"),
  ];

  expect(inboxTabs([hidden, ...others, seen, front], here)).toEqual([front, seen, hidden]);
  expect(inboxTabs(others, here)).toEqual([]);
});
