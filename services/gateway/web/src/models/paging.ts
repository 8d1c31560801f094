/** A page of a list, as every list answers. */
export interface Page<Item> {
  items: Item[];
  next?: string | null;
}

/** A list that is read page by page and read again from its beginning. */
export interface Listed<Item> {
  items: readonly Item[];
  /** Where to go on; null: that is all. */
  next: string | null;
}

export function listed<Item>(page: Page<Item>): Listed<Item> {
  return { items: page.items, next: page.next ?? null };
}

/** One page more at the end. What both have is there once, as the newer page tells it. */
export function withMore<Item>(
  list: Listed<Item>,
  page: Page<Item>,
  id: (item: Item) => string,
): Listed<Item> {
  const told = new Map(page.items.map((item) => [id(item), item]));
  const had = list.items.map((item) => {
    const newer = told.get(id(item));
    told.delete(id(item));
    return newer ?? item;
  });
  return { items: [...had, ...told.values()], next: page.next ?? null };
}

/**
 * The first page, read again. What stood on later pages stays there, and so does the way on: where the page overlaps
 * with what is shown, what it leaves out within its reach is gone.
 */
export function withFirst<Item>(
  list: Listed<Item>,
  page: Page<Item>,
  id: (item: Item) => string,
): Listed<Item> {
  const last = page.items.at(-1);
  const at = last === undefined ? -1 : list.items.findIndex((item) => id(item) === id(last));
  if (at < 0 || page.next == null) return listed(page);
  const told = new Set(page.items.map(id));
  const rest = list.items.slice(at + 1).filter((item) => !told.has(id(item)));
  if (rest.length === 0) return listed(page);
  return { items: [...page.items, ...rest], next: list.next };
}
