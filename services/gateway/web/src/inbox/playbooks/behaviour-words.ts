import { area } from "../texts/area";

/** What is said of how the widget behaves. */
export const behaviourWords = area({
  en: {
    title: "Behaviour",
    hint: "How the widget behaves on pages that have this playbook’s snippet. It reaches them within a minute.",
    hidesOffline: "Hide the button while nobody is online",
    hidesOfflineHint:
      "Whoever is in a chat, or has an unread answer, keeps it. Each page asks once, when it is loaded.",
    opensAfter: "Opens by itself after so many seconds",
    opensAfterHint:
      "0: never. At most 600. It opens once a day in a browser, not for who has opened or closed it before, and takes the cursor from nobody.",
    opensOnPhones: "Also on phones",
    opensOnPhonesHint: "There the panel fills the screen and covers your page.",
    privacy: "What you tell of personal data",
    privacyHint:
      "Shown before the bot asks for a detail. At most 1,000 characters; **bold**, _italics_, [words](https://…). Empty: nothing is told.",
    asks: "Ask visitors to agree to it first",
    asksHint: "Until they do, the bot takes no detail from them; they may agree later.",
    asksNothing: "Write a text first",
    save: "Save behaviour",
    unchanged: "Nothing was changed",
    saved: "Saved. Pages behave so within a minute.",
    changed: "Somebody else has changed the behaviour meanwhile. Nothing was saved.",
    theirs: "Show what it is now",
  },
  "pt-BR": {
    title: "Comportamento",
    hint: "Como o widget se comporta nas páginas com o código deste playbook. Chega a elas em até um minuto.",
    hidesOffline: "Esconder o botão enquanto ninguém está online",
    hidesOfflineHint:
      "Quem está num chat, ou tem uma resposta não lida, continua com ele. Cada página pergunta uma vez, ao carregar.",
    opensAfter: "Abre sozinho após quantos segundos",
    opensAfterHint:
      "0: nunca. No máximo 600. Abre uma vez por dia em cada navegador, não para quem já o abriu ou fechou, e não tira o cursor de ninguém.",
    opensOnPhones: "Também em celulares",
    opensOnPhonesHint: "Lá o painel enche a tela e cobre a sua página.",
    privacy: "O que você diz sobre dados pessoais",
    privacyHint:
      "Aparece antes de o bot pedir um dado. No máximo 1.000 caracteres; **negrito**, _itálico_, [palavras](https://…). Vazio: nada é dito.",
    asks: "Pedir antes que visitantes concordem",
    asksHint: "Até lá o bot não recebe dados deles; eles podem concordar depois.",
    asksNothing: "Escreva um texto antes",
    save: "Salvar comportamento",
    unchanged: "Nada foi mudado",
    saved: "Salvo. As páginas se comportam assim em até um minuto.",
    changed: "Outra pessoa mudou o comportamento enquanto isso. Nada foi salvo.",
    theirs: "Mostrar como está agora",
  },
});
