import { Details } from "../details/details";

interface LiveChatProps {
  folder: string;
  conversationId: string | null;
}

/** A folder's list, the conversation that is open, and what is known of it. */
export function LiveChat({ conversationId }: LiveChatProps) {
  return (
    <div class="live-chat">
      {conversationId !== null && <Details key={conversationId} conversationId={conversationId} />}
    </div>
  );
}
