import { type Destination, inboxTabs, type Notice, type TabAnswer } from "../models/notices";
import type { ToTab } from "../wire/noticing";
import { isRecord } from "../wire/problem";

/** A tab that is busy or frozen holds a notice up no longer than this. */
const ANSWER_MS = 300;
/** A tab that is just being closed may never say that it was focused. */
const FOCUS_MS = 500;
/** A tab that does not open what was clicked in this time does not show the inbox, but perhaps its sign-in. */
const OPEN_MS = 1_500;

/** The inbox's tabs of this browser, whether this worker controls them or not; the nearest first. */
async function tabs(clients: Clients, origin: string): Promise<WindowClient[]> {
  const found = await clients.matchAll({ type: "window", includeUncontrolled: true });
  return inboxTabs(found, origin);
}

export async function askTabs(clients: Clients, origin: string, notice: Notice): Promise<TabAnswer[]> {
  const { conversation_id, kind, at } = notice;
  const question: ToTab = { is: "looking", conversation_id, kind, at };
  const answers = (await tabs(clients, origin)).map((tab) => asked(tab, question, ANSWER_MS));
  return (await Promise.all(answers)).map((answer) => ({
    looking: isRecord(answer) && answer.looking === true,
    settled: isRecord(answer) && answer.settled === true,
    bell: isRecord(answer) && answer.bell === true,
  }));
}

export async function tellTabs(clients: Clients, origin: string, message: ToTab): Promise<void> {
  for (const tab of await tabs(clients, origin)) tab.postMessage(message);
}

/** Brings the conversation before the agent: in a tab that there is, else in a new one. */
export async function openInTab(clients: Clients, origin: string, to: Destination | null): Promise<void> {
  const [nearestTab] = await tabs(clients, origin);
  if (nearestTab !== undefined) {
    try {
      // Only while the click counts may a window be focused: before the tab is waited for.
      await Promise.race([nearestTab.focus(), over(FOCUS_MS)]);
      if ((await asked(nearestTab, { is: "open", to }, OPEN_MS)) !== null) return;
    } catch {
      // The tab is gone, or the browser does not let it be focused.
    }
  }
  await clients.openWindow(to?.path ?? "/inbox");
}

function over(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What the tab answers, null where it does not in time. */
function asked(tab: Client, message: ToTab, withinMs: number): Promise<unknown> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const end = (answer: unknown) => {
      clearTimeout(timer);
      port1.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(null), withinMs);
    port1.onmessage = (answer) => end(answer.data ?? null);
    tab.postMessage(message, [port2]);
  });
}
