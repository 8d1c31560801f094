import { useEffect } from "preact/hooks";
import { useInbox } from "../context";
import { onNoteChanged } from "../note-writing";
import type { Store } from "../store";
import { Panel } from "./panel";

const PANELS_KEPT = 30;
const READ_EVERY_MS = 15_000;
/** After an event: once soon, and once when the CRM has surely heard of it. */
const HEARD_AFTER_MS = 2_000;
const READ_AFTER_MS = [400, HEARD_AFTER_MS];
/** Events after which the bot may have learned, or made, something. */
const TELLING = ["message_posted", "bot_posted", "wait_expired", "assigned", "released", "closed"];

/** The panels of each sign-in: another agent in this browser sees none of the last one's texts. */
const panels = new WeakMap<Store, Map<string, Panel>>();

/** The panel of a conversation. While it is shown it is read again after a moment, on focus, on events, and every 15 s. */
export function usePanel(conversationId: string): Panel {
  const { api, me, store, language } = useInbox();
  const panel = panelOf(store, conversationId, () => new Panel(api, conversationId, me.agent_id, language));
  useEffect(() => panel.speak(language), [panel, language]);
  useEffect(() => {
    void panel.read();
    const again = () => {
      if (document.visibilityState === "visible") void panel.read();
    };
    // What a colleague has just set may not be there to be read yet.
    let timers = [window.setTimeout(again, HEARD_AFTER_MS)];
    const soon = () => {
      for (const timer of timers) clearTimeout(timer);
      timers = READ_AFTER_MS.map((ms) => window.setTimeout(again, ms));
    };
    const every = window.setInterval(again, READ_EVERY_MS);
    const unheard = store.onEvent(conversationId, (_, event) => {
      if (event !== null && isTelling(event)) soon();
    });
    const unheardOfNotes = onNoteChanged(conversationId, soon);
    addEventListener("focus", again);
    document.addEventListener("visibilitychange", again);
    return () => {
      clearInterval(every);
      for (const timer of timers) clearTimeout(timer);
      unheard();
      unheardOfNotes();
      removeEventListener("focus", again);
      document.removeEventListener("visibilitychange", again);
      panel.leaveAll();
    };
  }, [panel, store, conversationId]);
  return panel;
}

/** An agent's own messages tell the details nothing. */
function isTelling(event: Readonly<Record<string, unknown>>): boolean {
  const name = String(event.type).split(".")[1] ?? "";
  return TELLING.includes(name) && (name !== "message_posted" || event.card_id != null);
}

function panelOf(store: Store, conversationId: string, make: () => Panel): Panel {
  const those = panels.get(store) ?? new Map<string, Panel>();
  panels.set(store, those);
  const panel = those.get(conversationId) ?? make();
  those.delete(conversationId);
  those.set(conversationId, panel);
  for (const [id, old] of those) {
    if (those.size <= PANELS_KEPT) break;
    if (!old.hasUnsaved.peek() && !old.notes.isWriting) those.delete(id);
  }
  return panel;
}
