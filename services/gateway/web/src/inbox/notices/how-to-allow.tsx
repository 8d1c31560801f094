import type { Browser, Standing } from "../../models/allowing";
import { useSpeech } from "../context";
import type { Key } from "../texts/dictionary";
import { thisBrowser } from "./allowing";

const WAYS: Readonly<Record<Browser, Key>> = {
  Chrome: "notices.undoChrome",
  Brave: "notices.undoChrome",
  Opera: "notices.undoChrome",
  Edge: "notices.undoEdge",
  Firefox: "notices.undoFirefox",
  Safari: "notices.undoSafari",
  other: "notices.undoOther",
};

/** How to allow what was denied once: a page cannot ask again. */
export function HowToAllow() {
  const { t } = useSpeech();
  return (
    <>
      <p>{t("notices.denied")}</p>
      <p>{t(WAYS[thisBrowser()])}</p>
    </>
  );
}

type Why = Extract<Standing, { is: "tabs_only" }>["why"];

/** Why notices come only while a tab is open. */
export function WhyTabsOnly({ why }: { why: Why }) {
  const { t } = useSpeech();
  const key = `notices.${why}` as const;
  return (
    <>
      <p>{t(key)}</p>
      {why === "unreachable" && thisBrowser() === "Brave" && <p>{t("notices.brave")}</p>}
    </>
  );
}
