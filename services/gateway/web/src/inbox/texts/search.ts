import { area } from "./area";

export const search = area({
  en: {
    "search.label": "Search all conversations",
    "search.only": "Only in {folder}",
    "search.results": "Found conversations",
    "search.count": { one: "{count} conversation found", other: "{count} conversations found" },
    "search.more": {
      one: "More than {count} conversation found",
      other: "More than {count} conversations found",
    },
    "search.none": "Nothing was found",
    "search.noneText": "A conversation is found by the visitor's name, or by words of one message.",
    "problem.no_words": "Type a word to look for.",
    "problem.too_broad": "There is too much of that. Use more words, or rarer ones.",
  },
  "pt-BR": {
    "search.label": "Buscar conversas",
    "search.only": "Só em {folder}",
    "search.results": "Conversas encontradas",
    "search.count": { one: "{count} conversa encontrada", other: "{count} conversas encontradas" },
    "search.more": {
      one: "Mais de {count} conversa encontrada",
      other: "Mais de {count} conversas encontradas",
    },
    "search.none": "Nada foi encontrado",
    "search.noneText": "Uma conversa é encontrada pelo nome do visitante ou por palavras de uma mensagem.",
    "problem.no_words": "Digite uma palavra para buscar.",
    "problem.too_broad": "Há resultados demais. Use mais palavras, ou mais raras.",
  },
});
