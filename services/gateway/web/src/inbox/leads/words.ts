import { area } from "../texts/area";

/** What the pages of all leads and all deals say. */
export const words = area({
  en: {
    "none.lead": "There are no leads yet",
    "none.deal": "There are no deals yet",
    noneText: "What you, your team and the cards of the bot create stands here.",
    "newer.lead": "New leads: show",
    "newer.deal": "New deals: show",
    more: "Show more",
    name: "Name",
    email: "E-mail",
    phone: "Phone",
    company: "Company",
    byBotOf: "By a card of the bot, in “{playbook}”",
    open: "Open conversation",
    openOf: "Open conversation: {title}",
    without: "From a visit without a conversation",
  },
  "pt-BR": {
    "none.lead": "Ainda não há leads",
    "none.deal": "Ainda não há negócios",
    noneText: "O que você, a equipe e os cards do bot criarem aparece aqui.",
    "newer.lead": "Novos leads: mostrar",
    "newer.deal": "Novos negócios: mostrar",
    more: "Mostrar mais",
    name: "Nome",
    email: "E-mail",
    phone: "Telefone",
    company: "Empresa",
    byBotOf: "Por um card do bot, em “{playbook}”",
    open: "Abrir conversa",
    openOf: "Abrir conversa: {title}",
    without: "De uma visita sem conversa",
  },
});
