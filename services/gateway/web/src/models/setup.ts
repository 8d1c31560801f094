import type { CreateBody } from "../wire/types";

/** What a new playbook is made from; that for Live Chat is offered first. */
export const TEMPLATES = ["live_chat", "lead_qualification", "support", "blank"] as const;
export type Template = (typeof TEMPLATES)[number];

/** Whether visitors can ask for a person in it as it is. */
export function leadsToAPerson(template: Template): boolean {
  return template === "live_chat" || template === "support";
}

/** How far “Set up Live Chat” is. Each step is carried out once; after a failure it goes on where it stopped. */
export type Step = "name" | "sites" | "activate" | "installed";
export const STEPS: readonly Step[] = ["name", "sites", "activate", "installed"];

export interface Setup {
  step: Step;
  template: Template;
  /** Once it is created; what was typed for it can no longer be changed here. */
  playbookId: string | null;
  published: boolean;
}

export const NEW_SETUP: Setup = { step: "name", template: "live_chat", playbookId: null, published: false };

/** What a playbook is asked for with: where nobody can be waited for, there is no wait time. */
export function asked(
  { template }: Setup,
  typed: { name: string; language: NonNullable<CreateBody["language"]>; wait: string },
): CreateBody {
  const { name, language, wait } = typed;
  const body: CreateBody = { name: name.trim(), template, language };
  return leadsToAPerson(template) ? { ...body, wait_time_s: Number(wait) } : body;
}

/** The next thing to ask the services for in this step, if there is any. */
export function nextRequest(setup: Setup): "create" | "publish" | "sites" | "activate" | null {
  switch (setup.step) {
    case "name":
      if (setup.playbookId === null) return "create";
      return setup.published ? null : "publish";
    case "sites":
      return "sites";
    case "activate":
      return "activate";
    case "installed":
      return null;
  }
}

export function created(setup: Setup, playbookId: string): Setup {
  return { ...setup, playbookId };
}

export function published(setup: Setup): Setup {
  return { ...setup, published: true, step: "sites" };
}

export function sitesSet(setup: Setup): Setup {
  return { ...setup, step: "activate" };
}

export function activated(setup: Setup): Setup {
  return { ...setup, step: "installed" };
}

/** Back to the sites, to change them; what is created stays. */
export function backToSites(setup: Setup): Setup {
  return { ...setup, step: "sites" };
}
