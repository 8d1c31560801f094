import type { PlaybookPart } from "../../models/route";
import { Chatbot } from "../chatbot/chatbot";
import { useInbox } from "../context";
import cards from "./cards.css?inline";
import { Editor } from "./editor";
import page from "./editor.css?inline";

/** The styles come with the part that needs them, and not with the page. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(`${page}${cards}`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

interface PartProps {
  playbookId: string | null;
  part: PlaybookPart;
}

/** The list of playbooks, or one of them. */
export function Part({ playbookId, part }: PartProps) {
  const { me } = useInbox();
  if (playbookId === null || me.role === "agent") return <Chatbot />;
  return <Editor key={playbookId} playbookId={playbookId} part={part} />;
}
