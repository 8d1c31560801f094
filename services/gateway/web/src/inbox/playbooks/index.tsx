import type { PlaybookPart } from "../../models/route";
import { Later } from "../shell/later";

interface PlaybooksProps {
  playbookId: string | null;
  part: PlaybookPart;
}

/** Leads › Chatbot. Only owners and editors come here: what it takes is loaded then. */
export function Playbooks(props: PlaybooksProps) {
  return <Later load={() => import("./part")}>{({ Part }) => <Part {...props} />}</Later>;
}
