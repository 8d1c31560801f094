import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { AWAY, Problem } from "../../wire/problem";
import { Failure, Skeleton } from "../ui/states";

interface LaterProps<Part> {
  load: () => Promise<Part>;
  children: (part: Part) => ComponentChildren;
}

/** A page whose code is loaded when somebody comes to it. */
export function Later<Part>({ load, children }: LaterProps<Part>) {
  const [part, setPart] = useState<{ readonly it: Part } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    load().then(
      (it) => setPart({ it }),
      () => setFailed(true),
    );
  }, []);
  if (part !== null) return <>{children(part.it)}</>;
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
