import { expect, test } from "vitest";
import { Editing } from "../../src/inbox/playbooks/editing";
import { withCard } from "../../src/models/playbook-flow";
import { withTyped } from "../../src/models/playbook-formatted";
import type { Api } from "../../src/wire/api";
import { Problem } from "../../src/wire/problem";
import type { Flow, Look, Playbook } from "../../src/wire/types";
import { SHOP } from "../models/playbook-flows";

const says = (flow: Flow, id: string, text: string) => withCard(flow, id, { kind: "end", text });

/** A playbook service of one playbook, and an editor in front of it whose timer the test turns. */
function opened() {
  const server = {
    draft: SHOP,
    look: {} as Look,
    version: 1,
    published: 0,
    away: false,
    checks: 0,
    undo: [] as Flow[],
  };
  const read = (): Playbook => ({
    playbook_id: "p",
    name: "Shop",
    look: server.look,
    draft: server.draft,
    version: server.version,
    undo: server.undo.map((_, at) => at),
  });
  const post = async (
    path: string,
    body: { flow?: Flow; look?: Look },
    asking?: { headers?: Record<string, string> },
  ) => {
    await Promise.resolve();
    if (server.away) throw new Problem(0, "away", "");
    const on = asking?.headers?.["if-match"] ?? `"${server.version}"`;
    if (on !== `"${server.version}"`)
      throw new Problem(412, "playbook_changed", "", { version: server.version });
    if (path.endsWith("/look") && body.look) server.look = body.look;
    if (path.endsWith("/flow") && body.flow) {
      server.undo.push(server.draft);
      server.draft = body.flow;
    }
    if (path.endsWith("/versions/1/restore")) {
      server.undo.push(server.draft);
      server.draft = says(SHOP, "thanks", "Version 1");
    }
    if (path.endsWith("/undo")) server.draft = server.undo.pop() ?? server.draft;
    if (path.endsWith("/publish")) server.published += 1;
    server.version += 1;
    return { stream: "playbook-p", version: server.version };
  };
  const get = async (path: string) => {
    if (!path.endsWith("/problems")) return read();
    server.checks += 1;
    return { version: server.version, problems: [] };
  };
  const due: (() => void)[] = [];
  const timers = { set: (run: () => void) => due.push(run), clear: () => void due.splice(0) };
  const editing = new Editing({ post, get } as unknown as Api, read(), timers);
  /** The timer runs off, and what it began is over. */
  const later = async () => {
    for (const run of due.splice(0)) run();
    await editing.flush();
  };
  const theirs = (flow: Flow) => {
    server.draft = flow;
    server.version += 1;
  };
  return { editing, server, later, theirs };
}

test("a change is there at once, and saved a little later with what was changed meanwhile", async () => {
  const { editing, server, later } = opened();
  editing.change(says(SHOP, "thanks", "T"));
  editing.change(says(SHOP, "thanks", "Ta"));
  expect(editing.flow.value.cards.thanks).toMatchObject({ text: "Ta" });
  expect(editing.saving.value.is).toBe("changed");
  expect(server.version).toBe(1);
  await later();
  expect(editing.saving.value.is).toBe("saved");
  expect(server).toMatchObject({ version: 2, draft: { cards: { thanks: { text: "Ta" } } } });
  expect(server.checks).toBe(1);
});

test("what is typed while the rest is on its way is saved next, on the version that was made", async () => {
  const { editing, server, later } = opened();
  editing.change(says(SHOP, "thanks", "Ta"));
  const first = editing.flush();
  await Promise.resolve();
  editing.change(says(editing.flow.value, "goodbye", "Bye"));
  await first;
  expect(editing.saving.value.is).toBe("changed");
  await later();
  expect(server).toMatchObject({ version: 3, draft: { cards: { goodbye: { text: "Bye" } } } });
  expect(editing.isSaved.value).toBe(true);
});

test("somebody else's change of another card is kept beside mine, and told", async () => {
  const { editing, server, later, theirs } = opened();
  theirs(says(SHOP, "thanks", "Theirs"));
  editing.change(says(SHOP, "goodbye", "Mine"));
  await later();
  await later();
  expect(server.draft.cards).toMatchObject({ thanks: { text: "Theirs" }, goodbye: { text: "Mine" } });
  expect(editing.news.value?.changed).toEqual(["thanks"]);
  expect(editing.isSaved.value).toBe(true);
});

test("the same card changed by both waits: nothing is written over until it is decided", async () => {
  for (const whose of ["theirs", "mine"] as const) {
    const { editing, server, later, theirs } = opened();
    theirs(says(SHOP, "thanks", "Theirs"));
    editing.change(says(SHOP, "thanks", "Mine"));
    await later();
    expect(editing.saving.value).toMatchObject({ is: "conflict", cards: ["thanks"] });
    editing.change(says(editing.flow.value, "goodbye", "Mine too"));
    await later();
    expect(server.draft.cards.thanks).toMatchObject({ text: "Theirs" });
    editing.decide(whose);
    await later();
    expect(editing.isSaved.value).toBe(true);
    const told = whose === "mine" ? "Mine" : "Theirs";
    expect(server.draft.cards.thanks).toMatchObject({ text: told });
    expect(editing.flow.value.cards.thanks).toMatchObject({ text: told });
  }
});

test("a command of one's own does not hide what somebody else saved before it", async () => {
  const { editing, server, later, theirs } = opened();
  theirs(says(SHOP, "thanks", "Theirs"));
  await editing.put("look", () => ({ look: { bot_name: "Bo" } }));
  expect(server.look).toEqual({ bot_name: "Bo" });
  editing.change(says(SHOP, "goodbye", "Mine"));
  await later();
  await later();
  expect(server.draft.cards).toMatchObject({ thanks: { text: "Theirs" }, goodbye: { text: "Mine" } });
});

test("what is put on a part that somebody else changed is judged by what they made of it", async () => {
  const { editing, server, theirs } = opened();
  const body = ({ look }: Playbook) =>
    look.bot_name === "Cy" ? null : { look: { ...look, bot_name: "Bo" } };
  theirs(says(SHOP, "thanks", "Theirs"));
  server.look = { greeting: "Hi" };
  await editing.put("look", body);
  expect(server.look).toEqual({ greeting: "Hi", bot_name: "Bo" });
  theirs(server.draft);
  server.look = { bot_name: "Cy" };
  await expect(editing.put("look", body)).rejects.toMatchObject({ code: "changed_meanwhile" });
  expect(server.look).toEqual({ bot_name: "Cy" });
  expect(editing.playbook.value.look).toEqual({ bot_name: "Cy" });
});

test("what could not be saved says so, is kept, and is saved when it is tried again", async () => {
  const { editing, server, later } = opened();
  server.away = true;
  editing.change(says(SHOP, "thanks", "Ta"));
  await later();
  expect(editing.saving.value).toMatchObject({ is: "failed", problem: { code: "away" } });
  await editing.publish("");
  expect(server.published).toBe(0);
  server.away = false;
  expect(await editing.flush()).toBe(true);
  expect(server.draft.cards.thanks).toMatchObject({ text: "Ta" });
});

test("a text that is too long is told at its card and held back, and all else is saved", async () => {
  const { editing, server, later } = opened();
  const long = { kind: "end", ...withTyped(`**A**${"\nB".repeat(20)}`) } as const;
  editing.change(withCard(SHOP, "thanks", long));
  await later();
  expect(editing.saving.value.is).toBe("held");
  expect(server.version).toBe(1);
  expect(editing.problems.value).toMatchObject([{ card_id: "thanks", code: "too_many_blocks" }]);
  editing.change(says(editing.flow.value, "goodbye", "Bye"));
  await later();
  expect(server.draft.cards).toMatchObject({ goodbye: { text: "Bye" }, thanks: SHOP.cards.thanks });
  expect(editing.flow.value.cards.thanks).toEqual(long);
  expect(editing.saving.value.is).toBe("held");
  await editing.publish("");
  expect(server.published).toBe(0);
  await editing.turn("undo");
  expect(editing.flow.value.cards.thanks).toMatchObject({ text: "Thank you!" });
  expect(editing.isSaved.value).toBe(true);
  expect(server.draft.cards.goodbye).toMatchObject({ text: "Bye" });
});

test("somebody else's change is kept beside a text that is held back", async () => {
  const { editing, server, later, theirs } = opened();
  editing.change(withCard(SHOP, "thanks", { kind: "end", ...withTyped(`**A**${"\nB".repeat(20)}`) }));
  await later();
  theirs(says(SHOP, "goodbye", "Theirs"));
  await editing.look();
  await later();
  expect(editing.saving.value.is).toBe("held");
  expect(editing.flow.value.cards.goodbye).toMatchObject({ text: "Theirs" });
  editing.change(says(editing.flow.value, "thanks", "Short"));
  await later();
  expect(server.draft.cards).toMatchObject({ thanks: { text: "Short" }, goodbye: { text: "Theirs" } });
});

test("publishing saves first", async () => {
  const { editing, server } = opened();
  editing.change(says(SHOP, "thanks", "Ta"));
  await editing.publish("A word");
  expect(server).toMatchObject({ published: 1, draft: { cards: { thanks: { text: "Ta" } } } });
});

test("what somebody else did to the draft is not published unseen", async () => {
  const { editing, server, theirs } = opened();
  const shown = editing.flow.value;
  theirs(says(SHOP, "thanks", "Half a text"));
  await expect(editing.publish("", shown)).rejects.toMatchObject({ code: "changed_meanwhile" });
  expect(server.published).toBe(0);
  expect(editing.flow.value.cards.thanks).toMatchObject({ text: "Half a text" });
  await editing.publish("", editing.flow.value);
  expect(server.published).toBe(1);
});

test("nor what was merged with one's own changes on the way", async () => {
  const { editing, server, later, theirs } = opened();
  theirs(says(SHOP, "thanks", "Half a text"));
  editing.change(says(SHOP, "goodbye", "Bye"));
  await expect(editing.publish("")).rejects.toMatchObject({ code: "changed_meanwhile" });
  expect(server.published).toBe(0);
  await later();
  await editing.publish("");
  expect(server).toMatchObject({ published: 1, draft: { cards: { goodbye: { text: "Bye" } } } });
});

test("somebody else's change of the look does not keep the draft from being published", async () => {
  const { editing, server, theirs } = opened();
  theirs(server.draft);
  server.look = { greeting: "Hi" };
  await editing.publish("");
  expect(server.published).toBe(1);
  expect(editing.isSaved.value).toBe(true);
});

test("whoever comes back to the page sees what others did meanwhile", async () => {
  const { editing, theirs } = opened();
  theirs(says(SHOP, "thanks", "Theirs"));
  await editing.look();
  expect(editing.flow.value.cards.thanks).toMatchObject({ text: "Theirs" });
  expect(editing.isSaved.value).toBe(true);
});

test("undoing saves first, and takes back what was saved last", async () => {
  const { editing, server } = opened();
  editing.change(says(SHOP, "thanks", "One"));
  await editing.flush();
  editing.change(says(editing.flow.value, "thanks", "Two"));
  await editing.turn("undo");
  expect(editing.flow.value.cards.thanks).toMatchObject({ text: "One" });
  expect(editing.playbook.value.undo).toHaveLength(1);
  await editing.turn("undo");
  expect(editing.flow.value).toEqual(SHOP);
  expect(editing.flow.value.cards.welcome).toBe(SHOP.cards.welcome);
  expect(editing.isSaved.value).toBe(true);
  editing.change(says(SHOP, "goodbye", "Bye"));
  await editing.flush();
  expect(server.draft.cards.goodbye).toMatchObject({ text: "Bye" });
});

test("a version's cards come into the draft, not over what somebody else did unseen, and can be undone", async () => {
  const { editing, server, theirs } = opened();
  theirs(says(SHOP, "thanks", "Theirs"));
  await expect(editing.replace("versions/1/restore")).rejects.toMatchObject({ code: "playbook_changed" });
  expect(editing.flow.value.cards.thanks).toMatchObject({ text: "Theirs" });
  await editing.replace("versions/1/restore");
  expect(editing.flow.value.cards.thanks).toMatchObject({ text: "Version 1" });
  expect(editing.isSaved.value).toBe(true);
  await editing.turn("undo");
  expect(server.draft.cards.thanks).toMatchObject({ text: "Theirs" });
});

test("what is settled beside the draft is saved where it still is what it was", async () => {
  const { editing, server } = opened();
  const rules = (of: Playbook) => of.rules ?? [];
  server.version = 7;

  await editing.settle("page-rules", { rules: [] }, rules, []);
  expect(server.version).toBe(8);

  const was = [{ when: [{ of: "locale", locales: ["pt"] }], playbook_id: "q" }];
  await expect(editing.settle("page-rules", { rules: [] }, rules, was)).rejects.toMatchObject({
    code: "playbook_changed",
  });
  expect(server.version).toBe(8);
});
