import { COMMANDS, KEYS } from "../../models/keys";
import { pathOf, SET_UP } from "../../models/route";
import type { InboxRow } from "../../wire/types";
import type { Inbox } from "../context";
import { MAKES, MAKES_TEXT, making } from "../details/making";
import { DETAILS_ID, detailsOpen } from "../details/open";
import { serverClock } from "../server-clock";
import { turning } from "../shell/turning";
import { actionsOf } from "../thread/actions";
import { openNow } from "../thread/open-now";
import { run, whyNot } from "./run";

/** One thing that the palette offers. */
export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly run: () => void;
}

/** All that can be done now, every place to go to, and the conversations that are known here. */
export function choicesOf(inbox: Inbox): Choice[] {
  return [...commands(inbox), ...ofOpen(inbox), ...places(inbox), ...views(inbox), ...conversations(inbox)];
}

function commands(inbox: Inbox): Choice[] {
  const { t, store } = inbox;
  const online = store.presence.says.value === "online";
  return [
    ...COMMANDS.filter((one) => one !== "palette" && whyNot(inbox, one) === null).map((one) => ({
      id: one,
      label: t(`keys.${one}`),
      hint: KEYS[one],
      run: () => run(inbox, one),
    })),
    {
      id: "presence",
      label: t(online ? "keys.goOffline" : "keys.goOnline"),
      hint: "",
      run: turning(inbox).flip,
    },
    { id: "sign-out", label: t("shell.signOut"), hint: "", run: inbox.signOut },
  ];
}

/** What can be done with the conversation that is open, beside what has a key. */
function ofOpen(inbox: Inbox): Choice[] {
  const { t, store } = inbox;
  const open = openNow.value;
  if (open === null || !open.following.loaded.value) return [];
  const to = open.isClosed.value ? [] : store.colleagues.value;
  const assigns = to.filter((agent) => agent.online && agent.agent_id !== open.holder.value?.id);
  return [
    ...assigns.map((agent) => ({
      id: `assign-${agent.agent_id}`,
      label: t("keys.assign", { name: agent.name }),
      hint: t("presence.online"),
      run: () => actionsOf(inbox, open).assign(agent.agent_id),
    })),
    ...MAKES.map((what) => ({
      id: `make-${what}`,
      label: t(MAKES_TEXT[what]),
      hint: "",
      run: () => {
        // On narrow screens the details are not seen before they are opened, and what is asked for is of theirs.
        if (document.getElementById(DETAILS_ID)?.checkVisibility() === false) detailsOpen.value = true;
        making.value = { what, of: open.conversationId };
      },
    })),
  ];
}

/** One's own views, as their links in the navigation show them. */
function views({ t, store, go }: Inbox): Choice[] {
  return store.views.all.value.map((view) => ({
    id: `view-${view.view_id}`,
    label: t("keys.view", { name: view.name }),
    hint: "",
    run: () => {
      store.views.choose(view);
      go(pathOf(view.folder));
    },
  }));
}

function places(inbox: Inbox): Choice[] {
  const { t, store, me, go } = inbox;
  const to = (path: string, name: string): Choice => ({
    id: path,
    label: t("keys.goTo", { name }),
    hint: "",
    run: () => {
      // A folder is gone to as its link in the navigation goes there: to all of it.
      store.views.choose(null);
      go(path);
    },
  });
  return [
    to(pathOf("unassigned"), t("folders.unassigned")),
    to(pathOf("mine"), t("folders.mine")),
    ...store.colleagues.value.map((agent) => to(pathOf(agent.agent_id), agent.name)),
    to(pathOf("closed"), t("folders.closed")),
    ...(me.role === "agent"
      ? []
      : [to("/inbox/chatbot", t("shell.chatbot")), { ...to(SET_UP, ""), label: t("list.setUp") }]),
    to("/inbox/leads", t("pages.leads")),
    to("/inbox/deals", t("pages.deals")),
    to("/inbox/activities", t("pages.activities")),
    to("/inbox/team", t("shell.team")),
    to("/inbox/hours", t("pages.hours")),
    to("/inbox/replies", t("shell.replies")),
    to("/inbox/account", t("shell.account")),
  ];
}

function conversations(inbox: Inbox): Choice[] {
  const rows = [...inbox.store.state.value.rows.values()];
  return rows
    .sort((one, other) => Date.parse(other.changed_at) - Date.parse(one.changed_at))
    .map((row) => conversation(inbox, row));
}

/** A conversation, in the folder that it is in. */
export function conversation(inbox: Inbox, row: InboxRow): Choice {
  const { t, me, go, format } = inbox;
  const folder = row.folder === me.agent_id ? "mine" : row.folder;
  const where = row.status === "closed" ? t("folders.closed") : (row.holder_name ?? t("folders.unassigned"));
  return {
    id: row.conversation_id,
    label: t("keys.conversation", { name: row.visitor_name ?? t("thread.visitor") }),
    hint: `${where} · ${format.relative(row.last_message_at ?? row.started_at, serverClock.now())}`,
    run: () => go(pathOf(folder, row.conversation_id)),
  };
}
