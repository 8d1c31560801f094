import { area } from "./area";

export const views = area({
  en: {
    "views.title": "Views",
    "views.save": "Save as view",
    "views.saveTitle": "Save this view",
    "views.name": "Name",
    "views.confirm": "Save",
    "views.remove": "Remove the view {name}",
  },
  "pt-BR": {
    "views.title": "Visões",
    "views.save": "Salvar como visão",
    "views.saveTitle": "Salvar esta visão",
    "views.name": "Nome",
    "views.confirm": "Salvar",
    "views.remove": "Remover a visão {name}",
  },
});
