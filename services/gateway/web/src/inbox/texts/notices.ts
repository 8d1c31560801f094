import { area } from "./area";

export const notices = area({
  en: {
    "notices.title": "Notifications",
  },
  "pt-BR": {
    "notices.title": "Notificações",
  },
});
