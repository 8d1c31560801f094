import type { CannedReply } from "../wire/types";

export const SHORTCUT = "[a-z0-9_\\-]{1,40}";

interface Caller {
  agent_id: string;
  role: string;
}

/** Those in which what is searched for stands, in their shortcut, title or text; all where nothing is. */
export function repliesWith(
  replies: readonly CannedReply[],
  searched: string,
  language: string,
): CannedReply[] {
  const wanted = searched.trim().replace(/^\//, "").toLocaleLowerCase(language);
  const texts = (reply: CannedReply) => [reply.shortcut, reply.title, reply.text];
  return replies.filter((reply) =>
    texts(reply).some((text) => text.toLocaleLowerCase(language).includes(wanted)),
  );
}

/** A shortcut of what was typed as a title: the first letters and digits that it may have. */
export function shortcutOf(title: string): string {
  const plain = title.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 20)
    .replace(/-+$/, "");
}

/** Only its author, or an owner, changes or removes one. */
export function mayChange(reply: CannedReply, me: Caller): boolean {
  return reply.author_id === me.agent_id || me.role === "owner";
}
