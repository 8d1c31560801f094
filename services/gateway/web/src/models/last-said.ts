import type { InboxRow } from "../wire/types";

/** What was said last in a conversation, as its row tells it. */
export interface LastSaid {
  readonly by: "visitor" | "agent" | "bot";
  /** What an agent is called. */
  readonly name: string | null;
  readonly text: string | null;
  readonly file: { readonly kind: "photo" | "file"; readonly name: string } | null;
}

/** Null where nothing was said, or where the row is of a service that does not tell it yet. */
export function lastSaid(row: InboxRow): LastSaid | null {
  const { last_by: by, last_text: text = null, last_file: told = null } = row;
  if (by == null || (text === null && told === null)) return null;
  const kind = told?.content_type.startsWith("image/") ? "photo" : "file";
  const file = told === null ? null : ({ kind, name: told.name } as const);
  return { by, name: row.last_author_name ?? null, text, file };
}
