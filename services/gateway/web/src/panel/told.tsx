import { useState } from "preact/hooks";
import { Linked } from "./linked";
import type { Panel } from "./panel";
import { says } from "./says";

/** What is told of personal data before a detail is given, and where it asks, whether the visitor agrees. */
export function Told({ panel }: { panel: Panel }) {
  const { privacy } = panel.visiting.screen;
  const [later, setLater] = useState(false);
  if (privacy === null) return null;
  return (
    <section class="card" aria-label={says("privacy")}>
      {later ? <p>{says("not_agreed")}</p> : <Linked text={privacy.text} body={privacy.body} />}
      {privacy.asks && (
        <div class="choices">
          <button type="button" onClick={() => void agree(panel)}>
            {says("agree")}
          </button>
          {later ? (
            <button type="button" onClick={() => setLater(false)}>
              {says("read_again")}
            </button>
          ) : (
            <button type="button" onClick={() => setLater(true)}>
              {says("not_now")}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

async function agree(panel: Panel): Promise<void> {
  const { store, visiting } = panel;
  store.set({ trouble: null });
  await visiting.go("consent", undefined, "agree").catch(() => {
    store.set({ trouble: { says: "failed", again: () => void agree(panel) } });
  });
}
