import { useEffect, useState } from "preact/hooks";
import type { PlaybookPart } from "../../models/route";
import { AWAY, Problem } from "../../wire/problem";
import { Failure, Skeleton } from "../ui/states";

interface PlaybooksProps {
  playbookId: string | null;
  part: PlaybookPart;
}

type Part = typeof import("./part");

/** Leads › Chatbot. Only owners and editors come here: what it takes is loaded then. */
export function Playbooks(props: PlaybooksProps) {
  const [part, setPart] = useState<Part | null>(null);
  const [failed, setFailed] = useState(false);
  const load = () => {
    setFailed(false);
    import("./part").then(setPart, () => setFailed(true));
  };
  useEffect(load, []);
  if (part !== null) return <part.Part {...props} />;
  return (
    <section class="page">
      {failed ? (
        // A newer version may have taken its place: then the whole page is to come anew.
        <Failure problem={new Problem(0, AWAY, "")} onRetry={() => location.reload()} />
      ) : (
        <Skeleton lines={4} />
      )}
    </section>
  );
}
