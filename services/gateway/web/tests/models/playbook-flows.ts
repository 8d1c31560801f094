import type { Flow } from "../../src/wire/types";

/** A question with a path of cards, one to a person with its offline flow, and one that ends with the first's end. */
export const SHOP: Flow = {
  start: "welcome",
  cards: {
    welcome: {
      kind: "question",
      text: "Hello! What brings you here?",
      choices: [
        { choice_id: "beans", label: "Beans", next: "praise" },
        { choice_id: "chat", label: "Chat with us", next: "live_chat" },
        { choice_id: "browse", label: "Just browsing", next: "goodbye" },
      ],
    },
    praise: { kind: "message", text: "A good choice.", next: "email" },
    email: {
      kind: "capture",
      text: "Your e-mail?",
      field: "email",
      retry_text: "That is none.",
      next: "good",
    },
    good: { kind: "qualify", qualified: true, next: "goodbye" },
    live_chat: {
      kind: "live_chat",
      online_message: "Somebody comes.",
      wait_time_s: 60,
      offline_message: "Nobody came.",
      offline_flow: "sorry",
    },
    sorry: { kind: "message", text: "Leave us your name.", next: "name" },
    name: { kind: "capture", text: "Your name?", field: "name", retry_text: "A name, please.", next: "lead" },
    lead: { kind: "action", follow_up: "lead", next: "thanks" },
    thanks: { kind: "end", text: "Thank you!" },
    goodbye: { kind: "end", text: "Goodbye!" },
  },
};
