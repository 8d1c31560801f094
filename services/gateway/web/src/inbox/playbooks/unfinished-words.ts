import { area } from "../texts/area";

/** What is said of chats that visitors leave unfinished. */
export const unfinishedWords = area({
  en: {
    title: "Unfinished chats",
    hint: "Who left an e-mail address or a phone number, or was signed in by you, and then says nothing more can become a lead. The lead says at which card they left. Whoever an agent takes, and whoever came to an end or is a lead already, does not become one.",
    after: "Becomes a lead after",
    afterHint: "Counts for visits that begin from now on.",
    off: "Never",
    minutes: "{count} minutes",
    hours: { one: "{count} hour", other: "{count} hours" },
    days: { one: "{count} day", other: "{count} days" },
    save: "Save unfinished chats",
    saved: "Saved. It counts for visits that begin from now on.",
    unchanged: "Nothing was changed",
  },
  "pt-BR": {
    title: "Conversas inacabadas",
    hint: "Quem deixou um e-mail ou um telefone, ou foi identificado por você, e depois não diz mais nada pode virar um lead. O lead diz em que cartão a pessoa saiu. Quem um atendente assume, e quem chegou a um fim ou já é um lead, não vira outro.",
    after: "Vira um lead depois de",
    afterHint: "Vale para visitas que começam a partir de agora.",
    off: "Nunca",
    minutes: "{count} minutos",
    hours: { one: "{count} hora", other: "{count} horas" },
    days: { one: "{count} dia", other: "{count} dias" },
    save: "Salvar conversas inacabadas",
    saved: "Salvo. Vale para visitas que começam a partir de agora.",
    unchanged: "Nada foi mudado",
  },
});
