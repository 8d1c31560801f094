import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { FolderReader } from "../../src/inbox/lists/folder-reader";
import { type InboxState, listed, NOTHING, withRows } from "../../src/models/inbox";
import type { Api } from "../../src/wire/api";
import { Problem } from "../../src/wire/problem";

const at = (minute: number) => new Date(Date.UTC(2026, 2, 4) + minute * 60_000).toISOString();

/** A folder's conversations, the newest first, in pages; and how often it was asked. */
function server(folder: string, size: number) {
  const rows = Array.from({ length: size }, (_, id) => ({
    kind: "conversation",
    folder,
    generation: 1,
    version: 2,
    conversation_id: `c${String(size - id).padStart(5, "0")}`,
    started_at: at(size - id),
  }));
  const asked: string[] = [];
  let fails = false;
  const get = async (path: string) => {
    asked.push(path);
    if (fails) throw new Problem(503, "unavailable", "");
    const query = new URLSearchParams(path.split("?")[1]);
    const from = Number(query.get("cursor") ?? 0);
    const to = from + Number(query.get("limit"));
    return { items: rows.slice(from, to), next: to < rows.length ? String(to) : null };
  };
  const failing = (now: boolean) => {
    fails = now;
  };
  return { api: { get } as unknown as Api, asked, rows, failing };
}

const all = (folder: string) => ({ folder, only: [] });
const read = (state: InboxState, folder: string) => listed(state, folder).length;

test("a folder in an order of its own is read as a whole, Closed page by page", async () => {
  const unassigned = server("unassigned", 230);
  const state = signal(NOTHING);
  const reader = new FolderReader(unassigned.api, state, "me");
  await reader.look(all("unassigned"));
  expect(read(state.value, "unassigned")).toBe(230);

  const closed = server("closed", 230);
  const other = signal(NOTHING);
  const pages = new FolderReader(closed.api, other, "me");
  await pages.look(all("closed"));
  expect(read(other.value, "closed")).toBe(50);
  await pages.more(all("closed"));
  expect(read(other.value, "closed")).toBe(100);
});

test("after a cut the open folder is read anew, and what moved meanwhile is gone from it", async () => {
  const { api, rows } = server("me", 3);
  const state = signal(NOTHING);
  const reader = new FolderReader(api, state, "me");
  await reader.look(all("mine"));
  rows.splice(1, 1);
  reader.again();
  await expect.poll(() => read(state.value, "me")).toBe(2);
});

test("what a row has told stays, though the folder that is read afterwards knows nothing of it yet", async () => {
  const { api, rows } = server("closed", 2);
  const [late] = rows.splice(0, 1);
  const state = signal(NOTHING);
  const reader = new FolderReader(api, state, "me");
  reader.again();
  state.value = withRows(state.value, [late] as never);
  await reader.look(all("closed"));

  expect(read(state.value, "closed")).toBe(2);
});

test("what could not be read is told, and read on from there", async () => {
  const { api, failing } = server("closed", 60);
  const state = signal(NOTHING);
  const reader = new FolderReader(api, state, "me");
  await reader.look(all("closed"));
  failing(true);
  await reader.more(all("closed"));
  expect(reader.of(all("closed")).value.problem?.code).toBe("unavailable");
  failing(false);
  await reader.more(all("closed"));
  expect(reader.of(all("closed")).value.problem).toBeNull();
  expect(read(state.value, "closed")).toBe(60);
});

test("what is wanted of Closed is asked for, and says nothing of the rest", async () => {
  const { api, asked } = server("closed", 60);
  const state = signal(NOTHING);
  const reader = new FolderReader(api, state, "me");
  await reader.look(all("closed"));
  await reader.more(all("closed"));
  await reader.look({ folder: "closed", only: ["missed", "unread"] });
  expect(asked.at(-1)).toBe("gateway/folders/closed?missed=true&unread=true&limit=50");
  expect(read(state.value, "closed")).toBe(60);
});
