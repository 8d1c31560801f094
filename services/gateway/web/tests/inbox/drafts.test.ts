import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepOnly, kept } from "../../src/inbox/kept";
import type { Attachment } from "../../src/inbox/thread/attaching";
import { AllDrafts } from "../../src/inbox/thread/drafts";
import { Api } from "../../src/wire/api";

const ANA = "a0000000-0000-4000-8000-000000000001";
const CHAT = "0c6f1c7e-4a7c-4a53-9f4e-5b8f3c9d1e2f";
const OTHER = "1c6f1c7e-4a7c-4a53-9f4e-5b8f3c9d1e2f";
const FILE = { name: "price list.pdf", size: 4 } as File;

/** Uploads that are answered when the test says so. */
let uploads: { answer: (expires: string) => void; aborted: boolean }[] = [];

class Request {
  status = 201;
  response: unknown = null;
  upload = {};
  aborted = false;
  onload: () => void = () => undefined;
  open(): void {}
  setRequestHeader(): void {}
  abort(): void {
    this.aborted = true;
  }
  send(): void {
    uploads.push(
      Object.assign(this, {
        answer: (expires: string) => {
          const attachment_token = `token-${uploads.length}`;
          this.response = { attachment_token, attachment_token_expires_at: expires };
          this.onload();
        },
      }),
    );
  }
}

beforeEach(() => {
  uploads = [];
  keepOnly(null);
  keepOnly(ANA);
  vi.stubGlobal("XMLHttpRequest", Request);
});
afterEach(() => vi.unstubAllGlobals());

function drafts(): AllDrafts {
  const api = new Api(null);
  api.take({ token: "token", token_expires_at: "" });
  return new AllDrafts(api, ANA);
}

test("what is saved leaves what was typed meanwhile", () => {
  const { note } = drafts().of(CHAT);
  note.write("Was here before ");
  note.write("Was here before, twice");
  note.sent("Was here before");
  expect([note.text.value, kept.get(`draft.${ANA}.${CHAT}.note`)]).toEqual(
    Array(2).fill("Was here before, twice"),
  );

  note.sent("Was here before, twice");
  expect([note.text.value, kept.get(`draft.${ANA}.${CHAT}.note`)]).toEqual(["", null]);
});

test("a file is there after one has looked at another conversation, also one that arrived meanwhile", async () => {
  const all = drafts();
  all.of(CHAT).file.begin(FILE);
  await expect.poll(() => uploads).toHaveLength(1);
  expect(all.of(OTHER).file.now.value).toBeNull();
  uploads[0]?.answer("2999-01-01T00:00:00Z");
  await expect.poll(() => all.of(CHAT).file.now.value?.token).toBe("token-1");

  expect([all.hasFile, uploads[0]?.aborted]).toEqual([true, false]);
  expect(all.of(CHAT).file.take()).toEqual({ name: FILE.name, size: 4, token: "token-1" });
  expect(all.hasFile).toBe(false);
});

test("a file that waited too long is sent ahead once more, and none after one has left", async () => {
  const all = drafts();
  all.of(CHAT).file.begin(FILE);
  await expect.poll(() => uploads).toHaveLength(1);
  uploads[0]?.answer("2020-01-01T00:00:00Z");
  await expect.poll(() => all.of(OTHER) && all.of(CHAT).file.now.value).toMatchObject({ token: null });
  await expect.poll(() => uploads).toHaveLength(2);

  all.stop();
  expect([all.hasFile, uploads[1]?.aborted]).toEqual([false, true]);
});

test("a file that arrived is there after a reload, until its message is written or it is taken out", async () => {
  const first = drafts();
  first.of(CHAT).file.begin(FILE);
  await expect.poll(() => uploads).toHaveLength(1);
  expect(drafts().of(CHAT).file.now.value).toBeNull();
  uploads[0]?.answer("2999-01-01T00:00:00Z");
  await expect.poll(() => first.of(CHAT).file.now.value?.token).toBe("token-1");
  // A session that ends by itself takes nothing away.
  first.stop();

  const second = drafts();
  expect(second.of(OTHER).file.now.value).toBeNull();
  expect([second.of(CHAT).file.now.value, second.hasFile]).toEqual([
    { name: FILE.name, size: 4, part: 1, token: "token-1", problem: null },
    true,
  ]);
  expect(second.of(CHAT).file.take()).toEqual({ name: FILE.name, size: 4, token: "token-1" });

  expect(drafts().of(CHAT).file.now.value).toBeNull();
  expect(uploads).toHaveLength(1);
});

test("a file that two tabs show goes once, and neither takes out what only the other has", async () => {
  let tell: (event: { key: string; newValue: null }) => void = () => undefined;
  vi.stubGlobal("addEventListener", (_: string, listener: typeof tell) => {
    tell = listener;
  });
  const place = `draft.${ANA}.${CHAT}.file`;
  const arrives = async (file: Attachment) => {
    const at = uploads.length;
    file.begin(FILE);
    await expect.poll(() => uploads).toHaveLength(at + 1);
    uploads[at]?.answer("2999-01-01T00:00:00Z");
    const token = `token-${at + 1}`;
    await expect.poll(() => file.now.value?.token).toBe(token);
    return token;
  };
  await arrives(drafts().of(CHAT).file);
  const second = drafts();
  second.start();
  const [here, there] = [drafts().of(CHAT).file, second.of(CHAT).file];
  const shown = () => [here, there].map((file) => file.now.value?.token);
  expect(shown()).toEqual(["token-1", "token-1"]);

  // Even before the second tab hears of it.
  const [name = ""] = kept.names(place);
  expect(here.take()).toMatchObject({ token: "token-1" });
  expect(there.take()).toBeNull();
  expect(kept.names(place)).toEqual([]);

  await arrives(here);
  second.of(CHAT);
  const [shared = ""] = kept.names(place);
  here.drop();
  tell({ key: `livechat.inbox.${name}`, newValue: null });
  expect(shown()).toEqual([undefined, "token-2"]);
  tell({ key: `livechat.inbox.${shared}`, newValue: null });
  expect(shown()).toEqual([undefined, undefined]);

  const own = [await arrives(here), await arrives(there)];
  expect([shown(), kept.names(place).length]).toEqual([own, 2]);
  expect(here.take()).toMatchObject({ token: own[0] });
  expect(drafts().of(CHAT).file.now.value?.token).toBe(own[1]);
  here.drop();
  expect(there.take()).toMatchObject({ token: own[1] });
});

test("a file that waited too long says so where its bytes are gone, and one that another tab sent is gone", async () => {
  const place = `draft.${ANA}.${CHAT}.file`;
  const as = (until: number) => JSON.stringify({ name: "a.pdf", size: 4, token: "token", until });
  kept.set(place, as(Date.parse("2020-01-01T00:00:00Z")));
  const over = drafts();
  expect(over.of(CHAT).file.now.value).toMatchObject({ token: null, problem: { code: "attachment_over" } });
  expect(over.of(CHAT).file.take()).toBeNull();
  over.of(CHAT).file.drop();

  kept.set(place, as(Date.parse("2999-01-01T00:00:00Z")));
  const here = drafts();
  expect(here.of(CHAT).file.now.value).toMatchObject({ token: "token" });
  kept.set(place, null);
  expect(here.of(CHAT).file.now.value).toBeNull();

  for (const unreadable of ["{", "[]", '{"name":1}']) {
    kept.set(place, unreadable);
    expect(drafts().of(CHAT).file.now.value).toBeNull();
  }
});
