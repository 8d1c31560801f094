import { signal } from "@preact/signals";

/** What can be made of a conversation. */
export const MAKES = ["lead", "deal", "activity"] as const;
export type Makes = (typeof MAKES)[number];

/** What is being made of which conversation: asked for by a button, a menu, or the palette. */
export const making = signal<{ readonly what: Makes; readonly of: string } | null>(null);

/** What each is called where it is offered. */
export const MAKES_TEXT = {
  lead: "outcomes.createLead",
  deal: "outcomes.createDeal",
  activity: "outcomes.addActivity",
} as const;
