import { useEffect } from "preact/hooks";
import { Account } from "../account/account";
import { useInbox } from "../context";
import { Hours } from "../hours";
import { Keyboard } from "../keys/keyboard";
import { Leads } from "../leads";
import { LiveChat } from "../lists/live-chat";
import { Notices } from "../notices/notices";
import { Playbooks } from "../playbooks";
import { Replies } from "../replies/replies";
import { Team } from "../team/team";
import type { Key } from "../texts/dictionary";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { Empty } from "../ui/states";
import { Banner } from "./banner";
import { DRAWER_ID, OPENER_ID, useDrawer } from "./drawer";
import { Leaving } from "./leaving";
import { Navigation } from "./navigation";
import { PresenceWords } from "./presence-switch";
import { SessionEnds } from "./session-end";
import { SigningOut } from "./signing-out";

/** The frame of all pages for those who are signed in. */
export function Shell({ outdated }: { outdated: boolean }) {
  const { t, route } = useInbox();
  const { open, setOpen } = useDrawer();
  const title = t(TITLES[route.page] ?? "shell.nowhere");
  // A way that was taken closes the drawer of a small screen.
  useEffect(() => setOpen(false), [route]);
  useEffect(() => {
    document.title = `${title} · ${t("shell.product")}`;
  }, [title, t]);
  if (outdated) return <Outdated />;
  return (
    <div class={open ? "shell nav-open" : "shell"}>
      <a class="skip" href="#content">
        {t("shell.skip")}
      </a>
      <header class="top-bar">
        <Button
          id={OPENER_ID}
          kind="quiet"
          aria-expanded={open}
          aria-controls={DRAWER_ID}
          onClick={() => setOpen(!open)}
        >
          <Icon name="menu" /> {t("shell.menu")}
        </Button>
        <PresenceWords />
      </header>
      <Navigation />
      <main id="content" tabIndex={-1}>
        <Banner />
        <SessionEnds />
        <Notices />
        <Page />
      </main>
      <Keyboard />
      <Leaving />
      <SigningOut />
    </div>
  );
}

const TITLES: Readonly<Record<string, Key>> = {
  "live-chat": "shell.liveChat",
  chatbot: "pages.chatbot",
  team: "pages.team",
  account: "pages.account",
  replies: "pages.replies",
  hours: "pages.hours",
  leads: "pages.leads",
  deals: "pages.deals",
  activities: "pages.activities",
};

function Page() {
  const { t, route, go } = useInbox();
  switch (route.page) {
    case "live-chat":
      return <LiveChat folder={route.folder} conversationId={route.conversationId} />;
    case "chatbot":
      return <Playbooks playbookId={route.playbookId} part={route.part} />;
    case "team":
      return <Team />;
    case "account":
      return <Account />;
    case "replies":
      return <Replies />;
    case "hours":
      return <Hours />;
    case "leads":
      return <Leads key="leads" kind="lead" />;
    case "deals":
      return <Leads key="deals" kind="deal" />;
    case "activities":
      return <Leads key="activities" kind="activity" />;
    default:
      return (
        <Empty is="h1" title={t("shell.nowhere")} text={t("shell.nowhereText")}>
          <Button kind="primary" onClick={() => go("/inbox")}>
            {t("shell.toInbox")}
          </Button>
        </Empty>
      );
  }
}

/** The server did not understand the page: a newer one is there. */
function Outdated() {
  const { t } = useInbox();
  return (
    <main class="entry">
      <div class="entry-card">
        <h1>{t("over.oldTitle")}</h1>
        <p>{t("over.oldText")}</p>
        <Button kind="primary" onClick={() => location.reload()}>
          {t("over.reload")}
        </Button>
      </div>
    </main>
  );
}
