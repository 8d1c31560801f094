import { pathOf } from "../../models/route";
import { useInbox } from "../context";
import { follows } from "../router";

/** The folders with their counts: what waits, one's own, one for each colleague, what is over. */
export function FolderLinks() {
  const { t, store, route } = useInbox();
  const others = store.colleagues.value;
  // A view of a folder is marked in its place.
  const viewed = store.views.shown(store.search.words.value) !== null;
  const here = route.page === "live-chat" && !viewed ? route.folder : null;
  const link = (folder: string, name: string, online?: boolean) => (
    <FolderLink key={folder} folder={folder} name={name} online={online} here={here === folder} />
  );
  return (
    <ul class="folders" aria-label={t("folders.title")}>
      {link("unassigned", t("folders.unassigned"))}
      {link("mine", t("folders.mine"))}
      {others.map((agent) => link(agent.agent_id, agent.name, agent.online))}
      {link("closed", t("folders.closed"))}
    </ul>
  );
}

interface FolderLinkProps {
  folder: string;
  name: string;
  online: boolean | undefined;
  here: boolean;
}

function FolderLink({ folder, name, online, here }: FolderLinkProps) {
  const { t, store, format } = useInbox();
  const count = store.count(folder);
  const path = pathOf(folder);
  return (
    <li>
      <a
        class="way folder"
        href={path}
        aria-current={here ? "page" : undefined}
        // Also where it is shown already: what it was narrowed to, and what was found, is left behind.
        onClick={follows(path, () => store.views.choose(null))}
      >
        {online !== undefined && (
          <span class={online ? "mark online" : "mark"}>
            <span class="unseen">{t(online ? "presence.online" : "presence.offline")}: </span>
          </span>
        )}
        <span class="clip">{name}</span>
        {count !== null && count > 0 && <span class="count">{format.number(count)}</span>}
      </a>
    </li>
  );
}
