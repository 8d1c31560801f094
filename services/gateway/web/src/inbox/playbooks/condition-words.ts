import { type Language, translator } from "../../i18n/texts";
import type { Condition } from "../../models/playbook-conditions";
import { area } from "../texts/area";

/** What is said of conditions. */
export const conditions = area({
  en: {
    hint: "The first case that holds leads on. Several conditions of one case have all to hold.",
    cases: "Cases",
    case: "Case {number}",
    "case.add": "Add a case",
    "case.full": "There is no room for one more",
    "case.only": "A condition has at least one case",
    "case.delete": "Delete case {number}",
    otherwise: "Otherwise",
    and: "And…",
    "and.full": "A case has 5 conditions at most",
    remove: "Remove",
    of: "Where it is about",
    "of.captured": "What was captured",
    "of.page": "The page",
    "of.utm": "A UTM parameter",
    "of.locale": "The browser’s language",
    "of.hours": "Business hours",
    "of.online": "Who is online",
    "of.returning": "An earlier visit",
    field: "Detail",
    parameter: "Parameter",
    compare: "It",
    "compare.known": "is known",
    "compare.is": "is",
    "compare.contains": "contains",
    "compare.starts_with": "begins with",
    "compare.at_least": "is at least",
    "compare.at_most": "is at most",
    value: "What",
    valueWrong: "Write something. Until then it is not changed.",
    amountWrong: "Only a number or a date (2026-03-31) can be more or less.",
    locales: "Languages",
    localesHint: "Such as pt, en-GB. “pt” stands for all its regions.",
    localesWrong: "Write languages such as pt or en-GB. Until then they are not changed.",
    yes: "Holds",
    "hours.yes": "Within business hours",
    "hours.no": "Outside business hours",
    "online.yes": "Somebody is online",
    "online.no": "Nobody is online",
    "returning.yes": "Was here before",
    "returning.no": "First visit",
    "told.captured": "{field} {compare} {value}",
    "told.page": "Page {compare} {value}",
    "told.utm": "utm_{parameter} {compare} {value}",
    "told.locale": "Language {locales}",
  },
  "pt-BR": {
    hint: "O primeiro caso que valer segue adiante. Várias condições de um caso precisam valer todas.",
    cases: "Casos",
    case: "Caso {number}",
    "case.add": "Adicionar um caso",
    "case.full": "Não há lugar para mais um",
    "case.only": "Uma condição tem ao menos um caso",
    "case.delete": "Excluir caso {number}",
    otherwise: "Senão",
    and: "E…",
    "and.full": "Um caso tem no máximo 5 condições",
    remove: "Remover",
    of: "Do que se trata",
    "of.captured": "O que foi captado",
    "of.page": "A página",
    "of.utm": "Um parâmetro UTM",
    "of.locale": "O idioma do navegador",
    "of.hours": "Horário de atendimento",
    "of.online": "Quem está online",
    "of.returning": "Uma visita anterior",
    field: "Dado",
    parameter: "Parâmetro",
    compare: "Ele",
    "compare.known": "é conhecido",
    "compare.is": "é",
    "compare.contains": "contém",
    "compare.starts_with": "começa com",
    "compare.at_least": "é no mínimo",
    "compare.at_most": "é no máximo",
    value: "O quê",
    valueWrong: "Escreva algo. Até lá não muda.",
    amountWrong: "Só um número ou uma data (2026-03-31) pode ser mais ou menos.",
    locales: "Idiomas",
    localesHint: "Como pt, en-GB. “pt” vale para todas as regiões.",
    localesWrong: "Escreva idiomas como pt ou en-GB. Até lá não mudam.",
    yes: "Vale",
    "hours.yes": "Dentro do horário de atendimento",
    "hours.no": "Fora do horário de atendimento",
    "online.yes": "Alguém está online",
    "online.no": "Ninguém está online",
    "returning.yes": "Já esteve aqui",
    "returning.no": "Primeira visita",
    "told.captured": "{field} {compare} {value}",
    "told.page": "Página {compare} {value}",
    "told.utm": "utm_{parameter} {compare} {value}",
    "told.locale": "Idioma {locales}",
  },
});

/** A condition in a few words. */
export function told(condition: Condition, language: Language): string {
  const say = translator(language, conditions[language]);
  switch (condition.of) {
    case "captured":
    case "page":
    case "utm": {
      const { value = "" } = condition;
      const compare = say(`compare.${condition.compare}`);
      const [field, parameter] = [
        "field" in condition ? condition.field : "",
        "parameter" in condition ? condition.parameter : "",
      ];
      return say(`told.${condition.of}`, { compare, field, parameter, value }).trim();
    }
    case "locale":
      return say("told.locale", { locales: condition.locales.join(", ") });
    case "hours":
      return say((condition.open ?? true) ? "hours.yes" : "hours.no");
    case "online":
      return say((condition.online ?? true) ? "online.yes" : "online.no");
    case "returning":
      return say((condition.returning ?? true) ? "returning.yes" : "returning.no");
    default:
      return "";
  }
}
