import type { ComponentChildren } from "preact";
import { pathOf } from "../../models/route";
import { useInbox } from "../context";
import { FolderLinks } from "../lists/folder-links";
import { ViewLinks } from "../lists/view-links";
import { follows } from "../router";
import { AccountMenu } from "./account-menu";
import { DRAWER_ID } from "./drawer";
import { PresenceSwitch } from "./presence-switch";

/** The two ways in and what came of them, the folders, the team; at the bottom who one is and whether one takes chats. */
export function Navigation() {
  const { t, route, me, store } = useInbox();
  return (
    <nav id={DRAWER_ID} class="nav" aria-label={t("shell.navigation")}>
      <p class="brand">{t("shell.product")}</p>
      <div class="nav-ways">
        <h2 class="nav-title">{t("shell.leads")}</h2>
        <ul>
          {me.role !== "agent" && (
            <Way path="/inbox/chatbot" here={route.page === "chatbot"}>
              {t("shell.chatbot")}
            </Way>
          )}
          <Way path="/inbox/leads" here={route.page === "leads"}>
            {t("pages.leads")}
          </Way>
          <Way path="/inbox/deals" here={route.page === "deals"}>
            {t("pages.deals")}
          </Way>
          <Way path="/inbox/activities" here={route.page === "activities"}>
            {t("pages.activities")}
          </Way>
          <Way
            path={pathOf("unassigned")}
            here={route.page === "live-chat"}
            also={() => store.views.choose(null)}
          >
            {t("shell.liveChat")}
          </Way>
        </ul>
        <FolderLinks />
        <ViewLinks />
        <ul>
          <Way path="/inbox/team" here={route.page === "team"}>
            {t("shell.team")}
          </Way>
          <Way path="/inbox/hours" here={route.page === "hours"}>
            {t("pages.hours")}
          </Way>
          <Way path="/inbox/replies" here={route.page === "replies"}>
            {t("shell.replies")}
          </Way>
        </ul>
      </div>
      <div class="nav-foot">
        <AccountMenu />
        <PresenceSwitch />
      </div>
    </nav>
  );
}

interface WayProps {
  path: string;
  here: boolean;
  /** What else a click does. */
  also?: () => void;
  children: ComponentChildren;
}

function Way({ path, here, also, children }: WayProps) {
  return (
    <li>
      <a class="way" href={path} aria-current={here ? "page" : undefined} onClick={follows(path, also)}>
        {children}
      </a>
    </li>
  );
}
