import { expect, test } from "vitest";
import { pathOf, routeOf, SET_UP } from "../../src/models/route";

const ID = "0c6f1c7e-4a7c-4a53-9f4e-5b8f3c9d1e2f";

test("the inbox begins with what waits", () => {
  expect(routeOf("/inbox", "")).toEqual({ page: "live-chat", folder: "unassigned", conversationId: null });
  expect(routeOf("/inbox/live-chat", "")).toEqual(routeOf("/inbox/", ""));
});

test("a folder and a conversation have an address of their own", () => {
  for (const folder of ["unassigned", "mine", "closed", ID]) {
    for (const conversationId of [null, ID]) {
      const route = routeOf(pathOf(folder, conversationId), "");
      expect(route).toEqual({ page: "live-chat", folder, conversationId });
    }
  }
});

test("the list of playbooks may have “Set up Live Chat” open", () => {
  const list = { page: "chatbot", playbookId: null, part: "cards", settingUp: false };
  expect(routeOf("/inbox/chatbot", "")).toEqual(list);
  expect(routeOf(SET_UP, "")).toEqual({ ...list, settingUp: true });
  expect(routeOf(`/inbox/chatbot/${ID}/look`, "")).toEqual({ ...list, playbookId: ID, part: "look" });
});

test("what is no address of ours is nowhere", () => {
  for (const path of ["/inbox/nothing", "/inbox/live-chat/somebody", "/inbox/team/more", "/elsewhere"]) {
    expect(routeOf(path, "")).toEqual({ page: "nowhere" });
  }
});

test("all leads, all deals and all activities have a page each", () => {
  expect(routeOf("/inbox/leads", "")).toEqual({ page: "leads" });
  expect(routeOf("/inbox/deals", "")).toEqual({ page: "deals" });
  expect(routeOf("/inbox/activities", "")).toEqual({ page: "activities" });
  expect(routeOf(`/inbox/leads/${ID}`, "")).toEqual({ page: "nowhere" });
});

test("a one-time link is read from the fragment alone", () => {
  expect(routeOf("/inbox/join", "a%2Fb")).toEqual({ page: "join", link: "a/b" });
  expect(routeOf("/inbox/reset/leaked", "")).toEqual({ page: "reset", link: "" });
  expect(routeOf("/inbox/join", "cut%2")).toEqual({ page: "join", link: "cut%2" });
});
