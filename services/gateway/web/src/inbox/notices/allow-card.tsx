import { useId, useState } from "preact/hooks";
import { type Standing, speaks } from "../../models/allowing";
import { useInbox } from "../context";
import type { Key } from "../texts/dictionary";
import { Button } from "../ui/button";
import type { Allowing } from "./allowing";
import { HowToAllow, WhyTabsOnly } from "./how-to-allow";

const TITLES: Readonly<Partial<Record<Standing["is"], Key>>> = {
  denied: "notices.deniedTitle",
  tabs_only: "notices.tabsTitle",
};

/** Speaks of notices by itself: asks at the first visit, and says what to do where something keeps them away. */
export function AllowCard({ allowing }: { allowing: Allowing }) {
  const { t } = useInbox();
  const id = useId();
  const [asking, setAsking] = useState(false);
  const now = allowing.now.value;
  const dismissed = allowing.dismissed.value;
  if (dismissed === null || !speaks(now, dismissed)) return null;
  const turnOn = () => {
    setAsking(true);
    void allowing.turnOn().finally(() => setAsking(false));
  };
  const denied = now.is === "denied";
  return (
    <section class="notice-card" aria-labelledby={id}>
      <div class="notice-card-words">
        <h2 id={id}>{t(TITLES[now.is] ?? "notices.askTitle")}</h2>
        {now.is === "default" && <p>{t(asking ? "notices.asking" : "notices.askText")}</p>}
        {denied && <HowToAllow />}
        {now.is === "tabs_only" && <WhyTabsOnly why={now.why} />}
      </div>
      <div class="notice-card-buttons">
        {!denied && (
          <Button kind="primary" busy={asking} onClick={turnOn}>
            {t(now.is === "default" ? "notices.turnOn" : "notices.again")}
          </Button>
        )}
        <Button kind="quiet" onClick={() => void allowing.dismiss(now)}>
          {t(denied ? "notices.understood" : "notices.notNow")}
        </Button>
      </div>
    </section>
  );
}
