import { type Language, type Texts, type Translate, translator } from "../i18n/texts";

const en = {
  online: "We reply here",
  close: "Close chat",
  sound: "Sound",
  messages: "Messages",
  send: "Send",
  you: "You",
  retry: "Retry",
  looking: "One moment…",
  name: "Name",
  email: "E-mail",
  phone: "Phone",
  over_end_card: "This conversation is over.",
  again: "Start a new chat",
  away: "No connection. Trying again…",
  failed: "That did not work. Please try again.",
  unavailable: "The chat is not available at the moment.",
  busy: "Too many chats begin here. Please try again in a minute.",
  answer: "Your answer",
  unread: " ({count} new)",
};

export type Key = keyof typeof en;
export type T = Translate<Key>;

const TEXTS: Record<Language, Texts<Key>> = {
  en,
  "pt-BR": {
    online: "Respondemos por aqui",
    close: "Fechar chat",
    sound: "Som",
    messages: "Mensagens",
    send: "Enviar",
    you: "Você",
    retry: "Tentar de novo",
    looking: "Um momento…",
    name: "Nome",
    email: "E-mail",
    phone: "Telefone",
    over_end_card: "Esta conversa terminou.",
    again: "Iniciar um novo chat",
    away: "Sem conexão. Tentando de novo…",
    failed: "Não funcionou. Tente de novo, por favor.",
    unavailable: "O chat não está disponível no momento.",
    busy: "Muitos chats começaram aqui. Tente de novo em um minuto.",
    answer: "Sua resposta",
    unread: " ({count} por ler)",
  },
};

/** What the panel says before a person is asked for. */
export const textsOf = (language: Language): T => translator(language, TEXTS[language]);
