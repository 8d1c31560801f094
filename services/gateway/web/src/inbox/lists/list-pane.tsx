import { useEffect } from "preact/hooks";
import { useInbox } from "../context";
import { FolderRows } from "./folder-rows";
import { SearchBox } from "./search-box";
import { SearchResults } from "./search-results";

interface ListPaneProps {
  folder: string;
  openId: string | null;
}

/** The list beside the conversation: a folder, or what was found while something is looked for. */
export function ListPane({ folder, openId }: ListPaneProps) {
  const { t, store } = useInbox();
  const { search, views } = store;
  const found = search.found.value;
  const name = useFolderName(folder);
  const where = found?.folder ?? folder;
  const whereName = useFolderName(where);
  // Whoever goes to a folder wants to see it; whoever opens what was found wants to go on with the rest.
  const chosen = views.chosen.value;
  useEffect(() => {
    const words = views.shows();
    if (openId === null || words !== "") search.type(words, words === "" ? null : folder);
  }, [search, views, folder, chosen]);
  return (
    <div class="list">
      <header class="list-head">
        <h1 id="list-title">{found !== null && found.folder === null ? t("search.results") : name}</h1>
        <SearchBox />
      </header>
      {found === null ? (
        <FolderRows key={folder} folder={folder} openId={openId} />
      ) : (
        <SearchResults found={found} openId={openId} where={where} whereName={whereName} />
      )}
    </div>
  );
}

function useFolderName(folder: string): string {
  const { t, store } = useInbox();
  if (folder === "unassigned") return t("folders.unassigned");
  if (folder === "mine") return t("folders.mine");
  if (folder === "closed") return t("folders.closed");
  return store.nameOf(folder) ?? t("folders.agent");
}
