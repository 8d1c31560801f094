import { useInbox } from "../context";
import { Button } from "../ui/button";

interface ChoiceProps {
  label: string;
  /** What somebody else set. */
  now: string;
  onMine: () => void;
  onTheirs: () => void;
}

/** Somebody else set the field while one typed: what stands there now, and which of the two is to stay. */
export function Choice({ label, now, onMine, onTheirs }: ChoiceProps) {
  const { t } = useInbox();
  return (
    <div class="details-choice" role="alert">
      <p>
        {now === "" ? t("details.cleared") : t("details.changed")} {now !== "" && <q>{now}</q>}
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
