import { SET_UP } from "../../models/route";
import { useInbox } from "../context";
import { follows } from "../router";
import { Button } from "../ui/button";
import { Empty } from "../ui/states";

interface EmptyFolderProps {
  folder: string;
  filtered: boolean;
  onClear: () => void;
}

/** Why a folder is empty, and what leads to conversations. */
export function EmptyFolder({ folder, filtered, onClear }: EmptyFolderProps) {
  const { t, store, me } = useInbox();
  if (filtered) {
    return (
      <Empty title={t("list.noneFiltered")}>
        <Button onClick={onClear}>{t("list.clearFilters")}</Button>
      </Empty>
    );
  }
  if (folder === "mine") return <Empty title={t("list.noneMine")} text={t("list.noneMineText")} />;
  if (folder === "closed") return <Empty title={t("list.noneClosed")} text={t("list.noneClosedText")} />;
  if (folder !== "unassigned") return <Empty title={t("list.noneAgent")} />;
  const offline = store.presence.says.value === "offline";
  return (
    <Empty
      title={t("list.noneUnassigned")}
      text={t(offline ? "list.noneUnassignedOffline" : "list.noneUnassignedText")}
    >
      {me.role !== "agent" && (
        <a href={SET_UP} onClick={follows(SET_UP)}>
          {t("list.setUp")}
        </a>
      )}
    </Empty>
  );
}
