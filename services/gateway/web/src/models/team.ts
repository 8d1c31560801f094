import type { Member } from "../wire/types";

export type Role = Member["role"];
export const ROLES: readonly Role[] = ["agent", "editor", "owner"];

/** Who is of the workspace, who is only invited, and who was removed; each by name. */
export interface Team {
  joined: Member[];
  invited: Member[];
  removed: Member[];
}

export function teamOf(members: readonly Member[], language: string): Team {
  const names = new Intl.Collator(language, { sensitivity: "base" });
  const sorted = [...members].sort((a, b) => names.compare(labelOf(a), labelOf(b)) || compare(a, b));
  const having = (state: string) => sorted.filter((member) => member.state === state);
  return { joined: having("joined"), invited: having("invited"), removed: having("removed") };
}

/** What somebody is known by: their name, before they joined their address. */
export function labelOf(member: Member): string {
  return member.name ?? member.email ?? "";
}

/** Whether this is the one owner, whom a workspace does not lose. */
export function isLastOwner(member: Member, members: readonly Member[]): boolean {
  const owners = members.filter((one) => one.role === "owner" && one.state === "joined");
  return owners.length === 1 && owners[0]?.agent_id === member.agent_id;
}

/** The whole address that somebody opens; the link stays behind the #, where no server and no proxy sees it. */
export function addressOf(origin: string, kind: "join" | "reset", link: string): string {
  return `${origin}/inbox/${kind}#${link}`;
}

function compare(a: Member, b: Member): number {
  return a.agent_id < b.agent_id ? -1 : 1;
}
