import { useState } from "preact/hooks";
import { useInbox } from "../context";
import { Button } from "./button";
import { problemFrom } from "./loaded";

/** Loads what else there is of a list. */
export function More({ load, label }: { load: () => Promise<void>; label: string }) {
  const { toast } = useInbox();
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    await load().catch((error: unknown) => toast(problemFrom(error), () => void go()));
    setBusy(false);
  };
  return (
    <Button kind="quiet" busy={busy} onClick={() => void go()}>
      {label}
    </Button>
  );
}
