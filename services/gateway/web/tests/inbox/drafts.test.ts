import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepOnly, kept } from "../../src/inbox/kept";
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
