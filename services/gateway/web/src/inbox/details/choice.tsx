import { useInbox } from "../context";
import { Button } from "../ui/button";

interface ChoiceProps {
  label: string;
  /** What somebody else set. */
  now: string;
  /** Who did, where that was told; null is the bot. */
  by: string | null | undefined;
  onMine: () => void;
  onTheirs: () => void;
}

/** Somebody else set the field while one typed: what stands there now, and which of the two is to stay. */
export function Choice({ label, now, by, onMine, onTheirs }: ChoiceProps) {
  const { t, me, store } = useInbox();
  const agent = by === me.agent_id ? me.name : by && store.nameOf(by);
  const name = by === null ? t("details.bot") : agent || t("details.somebody");
  return (
    <div class="details-choice" role="alert">
      <p>
        {now === "" ? t("details.cleared", { name }) : t("details.changed", { name })}{" "}
        {now !== "" && <q>{now}</q>}
      </p>
      <div class="row">
        <Button onClick={onTheirs} aria-label={t("details.theirsOf", { field: label })}>
          {t("details.theirs")}
        </Button>
        <Button kind="primary" onClick={onMine} aria-label={t("details.mineOf", { field: label })}>
          {t("details.mine")}
        </Button>
      </div>
    </div>
  );
}
