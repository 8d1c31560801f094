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
