import { Icon } from "./icon";
import type { Panel } from "./panel";
import { says } from "./says";

/** Ends the chat for good, once the visitor is sure. */
export function EndChat({ panel }: { panel: Panel }) {
  return (
    <>
      <button
        type="button"
        aria-label={says("end")}
        onClick={(event) => event.currentTarget.parentElement?.querySelector("dialog")?.showModal()}
      >
        <Icon of="M15 4h4v16h-4M10 8l-4 4 4 4M6 12h9" />
      </button>
      <dialog aria-label={says("end")}>
        <p>{says("endSure")}</p>
        <form method="dialog">
          <button type="submit">{says("cancel")}</button>
          <button type="submit" class="main" onClick={() => void end(panel)}>
            {says("end")}
          </button>
        </form>
      </dialog>
    </>
  );
}

async function end(panel: Panel): Promise<void> {
  const { store, visiting } = panel;
  const { chat } = visiting.screen;
  if (chat === null) return;
  store.set({ trouble: null });
  await visiting.api.post(`conversation/conversations/${chat.id}/end`).catch(() => {
    store.set({ trouble: { says: "failed", again: () => void end(panel) } });
  });
}
