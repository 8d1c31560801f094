import { area } from "./area";

export const liveChat = area({
  en: {
    "folders.title": "Folders",
    "folders.unassigned": "Unassigned",
    "folders.mine": "My conversations",
    "folders.closed": "Closed",
  },
  "pt-BR": {
    "folders.title": "Pastas",
    "folders.unassigned": "Não atribuídas",
    "folders.mine": "Minhas conversas",
    "folders.closed": "Encerradas",
  },
});
