import type { Api, Asking } from "../wire/api";

interface Page<T> {
  items: T[];
  next?: string | null;
}

const PAGES_MAX = 20;

/** One page of a list. */
export async function onePage<T>(
  api: Api,
  path: string,
  cursor: string | null,
  limit = 50,
  asking: Asking = {},
): Promise<Page<T>> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (cursor !== null) query.set("cursor", cursor);
  return await api.get<Page<T>>(`${path}${path.includes("?") ? "&" : "?"}${query}`, asking);
}

/** A list as a whole, where it is known to be short: its first 2,000 at most. */
export async function everyPage<T>(api: Api, path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const told: Page<T> = await onePage<T>(api, path, cursor, 100);
    items.push(...told.items);
    cursor = told.next ?? null;
    if (cursor === null) break;
  }
  return items;
}
