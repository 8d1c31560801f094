import { useEffect } from "preact/hooks";
import { useInbox } from "../context";
import { FolderRows } from "./folder-rows";

interface ListPaneProps {
  folder: string;
  openId: string | null;
}

/** The list beside the conversation. */
export function ListPane({ folder, openId }: ListPaneProps) {
  const { views } = useInbox().store;
  const name = useFolderName(folder);
  const chosen = views.chosen.value;
  useEffect(() => views.shows(), [views, folder, chosen]);
  return (
    <div class="list">
      <header class="list-head">
        <h1 id="list-title">{name}</h1>
      </header>
      <FolderRows key={folder} folder={folder} openId={openId} />
    </div>
  );
}

function useFolderName(folder: string): string {
  const { t, store } = useInbox();
  if (folder === "unassigned") return t("folders.unassigned");
  if (folder === "mine") return t("folders.mine");
  if (folder === "closed") return t("folders.closed");
  return store.agents.value.get(folder)?.name ?? t("folders.agent");
}
