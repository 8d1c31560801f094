import { area } from "./area";

export const pages = area({
  en: {
    "pages.team": "Team",
    "pages.chatbot": "Chatbot",
    "pages.account": "Account",
    "pages.replies": "Canned replies",
  },
  "pt-BR": {
    "pages.team": "Equipe",
    "pages.chatbot": "Chatbot",
    "pages.account": "Conta",
    "pages.replies": "Respostas prontas",
  },
});
