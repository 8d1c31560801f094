import { type Language, type Texts, type Translate, translator } from "../i18n/texts";

const en = {
  waiting: "Waiting for an agent",
  here: "Is here with you",
  end: "End chat",
  endSure: "End this chat? It cannot be opened again.",
  cancel: "Cancel",
  message: "Message",
  write: "Write a message…",
  attach: "Attach a file",
  seen: "Seen",
  sending: "Sending…",
  queued: "Waiting",
  notSent: "Not sent",
  delete: "Delete",
  typing: "{name} is typing…",
  joined: "{name} has joined the chat.",
  passed: "{name} goes on with your chat.",
  released: "{name} has left. Somebody else will be with you.",
  left: "An answer is expected within {time}",
  leave: "Leave us your details",
  left_details: "Thank you, we will get back to you.",
  over_resolved: "This chat was closed.",
  over_missed: "This chat has ended. What you left here has reached us.",
  over_visitor_ended: "You ended this chat.",
  earlier: "Earlier chats",
  hide: "Hide earlier chats",
  older: "Show earlier messages",
  none: "Nothing to show.",
  blocked: "You cannot write here any more.",
  closed: "The chat was closed before this was sent.",
  bad_length: "The message is too long.",
  too_many_messages: "Too fast: please wait a moment.",
  file_too_large: "A file may have at most 10 MB.",
  type_not_taken: "Files of this type are not taken.",
  empty_file: "The file is empty.",
  download: "Save {name}",
};

export type TalkKey = keyof typeof en;
export type TalkT = Translate<TalkKey>;

const TEXTS: Record<Language, Texts<TalkKey>> = {
  en,
  "pt-BR": {
    waiting: "Aguardando atendente",
    here: "Está com você",
    end: "Encerrar chat",
    endSure: "Encerrar este chat? Ele não poderá ser reaberto.",
    cancel: "Cancelar",
    message: "Mensagem",
    write: "Escreva uma mensagem…",
    attach: "Anexar um arquivo",
    seen: "Vista",
    sending: "Enviando…",
    queued: "Na fila",
    notSent: "Não enviada",
    delete: "Apagar",
    typing: "{name} está digitando…",
    joined: "{name} entrou no chat.",
    passed: "{name} continua o seu atendimento.",
    released: "{name} saiu. Outra pessoa vai atender você.",
    left: "Resposta esperada em até {time}",
    leave: "Deixe seus dados",
    left_details: "Obrigado, entraremos em contato.",
    over_resolved: "Este chat foi encerrado.",
    over_missed: "Este chat terminou. Recebemos o que você deixou aqui.",
    over_visitor_ended: "Você encerrou este chat.",
    earlier: "Chats anteriores",
    hide: "Ocultar chats anteriores",
    older: "Mostrar mensagens anteriores",
    none: "Nada para mostrar.",
    blocked: "Você não pode mais escrever aqui.",
    closed: "O chat foi encerrado antes do envio.",
    bad_length: "A mensagem é longa demais.",
    too_many_messages: "Rápido demais: aguarde um momento.",
    file_too_large: "Um arquivo pode ter no máximo 10 MB.",
    type_not_taken: "Arquivos deste tipo não são aceitos.",
    empty_file: "O arquivo está vazio.",
    download: "Salvar {name}",
  },
};

/** What the panel says in a chat with a person. */
export const talkTexts = (language: Language): TalkT => translator(language, TEXTS[language]);

/** What is said of a problem, by its code, where there are words for it. */
export const said = (code: string): TalkKey | null => (code in en ? (code as TalkKey) : null);
