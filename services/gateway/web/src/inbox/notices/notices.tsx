import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { destinationPath } from "../../models/notices";
import { useInbox } from "../context";
import { aheadMs, serverClock } from "../server-clock";
import { AllowCard } from "./allow-card";
import { Noticing } from "./noticing";
import "./notices.css";

/** This tab's part in notices, for the settings of them too; null while nobody is signed in. */
export const noticing = signal<Noticing | null>(null);

/** Mounted once in the shell, as long as somebody is signed in. */
export function Notices() {
  const { api, me, store, route, go, language } = useInbox();
  const conversation = route.page === "live-chat" ? route.conversationId : null;
  const now = useRef({ conversation, go });
  now.current = { conversation, go };
  useEffect(() => {
    const it = new Noticing({
      api,
      agentId: me.agent_id,
      online: () => {
        const says = store.presence.says.peek();
        return says === "online" || (says === "offline" ? false : null);
      },
      now: () => serverClock.now(),
      conversation: () => now.current.conversation,
      row: (id) => {
        const { rows, gone } = store.state.peek();
        return gone.has(id) ? { conversation_id: id, gone: true } : rows.get(id);
      },
      open: (to) => {
        const folder = to === null ? undefined : store.state.value.rows.get(to.conversation_id)?.folder;
        now.current.go(destinationPath(to, folder, me.agent_id));
      },
    });
    const leave = () => it.leave();
    noticing.value = it;
    it.start();
    const unhear = store.onNotice((frame) => void it.hear(frame));
    const unmeet = effect(() => {
      const standing = store.standing.value;
      if (standing.is === "ready") void it.catchUp();
      else it.cut(store.silentMs);
    });
    const unwatch = effect(() => {
      void store.state.value;
      it.rows();
    });
    const untime = effect(() => void it.keepTime(aheadMs.value));
    store.beforeSignOut.push(leave);
    return () => {
      store.beforeSignOut.splice(store.beforeSignOut.indexOf(leave), 1);
      untime();
      unwatch();
      unmeet();
      unhear();
      it.stop();
      noticing.value = null;
    };
  }, [api, me.agent_id, store]);
  useEffect(() => noticing.value?.look(), [conversation]);
  useEffect(() => void noticing.value?.speak(language), [language]);
  const it = noticing.value;
  return it === null ? null : <AllowCard allowing={it.allowing} />;
}
