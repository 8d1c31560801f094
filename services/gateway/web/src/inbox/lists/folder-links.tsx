import { pathOf } from "../../models/route";
import { useInbox } from "../context";
import { follows } from "../router";
import { useSteady } from "../ui/steady";
import { useHeld } from "./held";

interface Folder {
  readonly id: string;
  readonly name: string;
  readonly online?: boolean;
}

const idOf = (folder: Folder) => folder.id;

/**
 * The folders with their counts: what waits, one's own, one for each colleague, what is over. Whoever comes while somebody
 * is at them comes behind, and who is gone stays to be told so: no other folder gets under the pointer.
 */
export function FolderLinks() {
  const { t, store, route } = useInbox();
  const others = store.colleagues.value;
  // A view of a folder is marked in its place.
  const viewed = store.views.shown(store.search.words.value) !== null;
  const here = route.page === "live-chat" && !viewed ? route.folder : null;
  const { held, handlers } = useHeld();
  const current: Folder[] = [
    { id: "unassigned", name: t("folders.unassigned") },
    { id: "mine", name: t("folders.mine") },
    ...others.map(({ agent_id: id, name, online }) => ({ id, name, online })),
    { id: "closed", name: t("folders.closed") },
  ];
  const shown = useSteady(current, idOf, held);
  return (
    // The pointer and the focus only hold it still: what they do is the links' own.
    <ul class="folders" aria-label={t("folders.title")} {...handlers}>
      {shown.map(({ item: { id, name, online }, gone }) => (
        <FolderLink key={id} folder={id} name={name} online={online} here={here === id} gone={gone} />
      ))}
    </ul>
  );
}

interface FolderLinkProps {
  folder: string;
  name: string;
  online: boolean | undefined;
  here: boolean;
  /** Of a colleague who was removed: it leads nowhere any more. */
  gone: boolean;
}

function FolderLink({ folder, name, online, here, gone }: FolderLinkProps) {
  const { t, store, format } = useInbox();
  const count = store.count(folder);
  const path = pathOf(folder);
  // One element for both: whoever has the focus there does not lose their place.
  const way = gone
    ? ({ role: "link", "aria-disabled": "true", tabIndex: 0 } as const)
    : ({
        href: path,
        "aria-current": here ? "page" : undefined,
        // Also where it is shown already: what it was narrowed to, and what was found, is left behind.
        onClick: follows(path, () => store.views.choose(null)),
      } as const);
  return (
    <li>
      <a class="way folder" {...way}>
        {online !== undefined && !gone && (
          <span class={online ? "mark online" : "mark"}>
            <span class="unseen">{t(online ? "presence.online" : "presence.offline")}: </span>
          </span>
        )}
        <span class="clip">{name}</span>
        {gone && <small class="clip">{t("shell.gone")}</small>}
        {!gone && count !== null && count > 0 && <span class="count">{format.number(count)}</span>}
      </a>
    </li>
  );
}
