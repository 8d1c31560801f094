import { expect, test } from "vitest";
import { Views } from "../../src/inbox/lists/views";
import type { Api } from "../../src/wire/api";

/** One's views, and what the services were asked to keep. */
function mine() {
  const kept: unknown[] = [];
  const post = async (_: string, body: unknown) => {
    kept.push(body);
    return { ids: { view_id: "v1" } };
  };
  return { views: new Views({ post } as unknown as Api), kept };
}

test("a view keeps the words that were looked for, and shows them again", async () => {
  const { views, kept } = mine();
  views.filters.value = new Set(["missed"]);
  await views.save("Prices", "mine", "k", "price list");
  const filters = { missed: true, unread: false, visitor_left: false, words: "price list" };
  expect(kept).toEqual([{ name: "Prices", folder: "mine", filters }]);
  views.clear();
  const [view] = views.all.value;
  if (view !== undefined) views.choose(view);
  expect(views.shows()).toBe("price list");
  expect([...views.filters.value]).toEqual(["missed"]);
  expect(views.shows()).toBe("");
});

test("the view that is shown is told, until the list is narrowed otherwise or shown whole", async () => {
  const { views } = mine();
  views.filters.value = new Set(["missed"]);
  expect(views.shown("")).toBeNull();
  await views.save("Too late", "unassigned", "k");
  const [view] = views.all.value;
  expect(view).toBeDefined();
  expect(views.shown("")).toBe(view);
  expect(views.shown("price")).toBeNull();
  views.filters.value = new Set(["missed", "unread"]);
  expect(views.shown("")).toBeNull();
  views.choose(view ?? null);
  views.shows();
  expect(views.shown("")).toBe(view);
  views.choose(null);
  expect(views.shows()).toBe("");
  expect(views.shown("")).toBeNull();
  expect(views.filters.value.size).toBe(0);
});

test("a view that was removed is not shown any more", async () => {
  const { views } = mine();
  views.filters.value = new Set(["unread"]);
  await views.save("Unread", "mine", "k");
  const [view] = views.all.value;
  if (view !== undefined) await views.remove(view);
  expect(views.all.value).toEqual([]);
  expect(views.shown("")).toBeNull();
});
