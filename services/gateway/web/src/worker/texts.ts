import type { Language, Texts } from "../i18n/texts";
import type { Kind } from "../models/notices";

/** The titles of what the desktop shows. They say no name: a desktop is seen by others too. */
export const TITLES: Readonly<Record<Language, Texts<Kind>>> = {
  en: {
    new_conversation: "New conversation",
    new_message: "New message",
    assigned_to_you: "Conversation assigned to you",
  },
  "pt-BR": {
    new_conversation: "Nova conversa",
    new_message: "Nova mensagem",
    assigned_to_you: "Conversa atribuída a você",
  },
};
