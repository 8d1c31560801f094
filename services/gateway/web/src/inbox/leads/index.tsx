import { Later } from "../shell/later";
import type { Kind } from "./kept";

/** What came of all chats. What it takes is loaded when somebody comes here. Keyed by its kind. */
export function Leads({ kind }: { kind: Kind }) {
  return <Later load={() => import("./part")}>{({ Part }) => <Part kind={kind} />}</Later>;
}
