import { area } from "./area";

export const details = area({
  en: {
    "details.title": "Details",
  },
  "pt-BR": {
    "details.title": "Detalhes",
  },
});
