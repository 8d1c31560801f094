import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepOnly, kept } from "../../src/inbox/kept";
import { language, pick, speakToNobody } from "../../src/inbox/language";
import { begin, chooseLanguage, enter, entry, leave, over } from "../../src/inbox/session";
import type { Account } from "../../src/wire/types";

const bia = account("a0000000-0000-4000-8000-000000000001", "pt-BR");
const ben = account("b0000000-0000-4000-8000-000000000002", null);

/** What the services were told to read from now on. */
let told: unknown[] = [];

function account(agent_id: string, reads: Account["language"]): Account {
  return { agent_id, workspace_id: "w", name: "", role: "agent", language: reads };
}

/** Somebody is signed in here, or comes in; null: nobody. */
function answering(me: Account | null, status = 200): void {
  vi.stubGlobal("fetch", async (url: string, asked?: RequestInit) => {
    if (me === null) return Response.json({ status: 401, code: "unauthorised" }, { status: 401 });
    if (url.endsWith("gateway/account")) return Response.json(me);
    if (!url.endsWith("account/language"))
      return Response.json({ token: "t", token_expires_at: "2026-03-02T12:00:00Z", workspace_id: "w" });
    told.push(JSON.parse(String(asked?.body)).language);
    return Response.json(status === 200 ? {} : { status, code: "forbidden" }, { status });
  });
}

const signsIn = () => enter("sign-in", {});

beforeEach(async () => {
  vi.stubGlobal("navigator", { languages: ["en-GB"] });
  answering(bia);
  await leave();
  told = [];
});

afterEach(() => vi.unstubAllGlobals());

test("of two agents in one browser each reads their own, and who chose none what the browser has", async () => {
  await signsIn();
  expect(language.value).toBe("pt-BR");
  await leave();
  expect(language.value).toBe("en");
  answering(ben);
  await signsIn();
  expect(language.value).toBe("en");
  await leave();
  answering(bia);
  await signsIn();
  expect([language.value, told]).toEqual(["pt-BR", []]);
});

test("a page that is loaded anew begins as its agent reads, and stays so where the session ended by itself", async () => {
  await signsIn();
  speakToNobody();
  expect(language.value).toBe("pt-BR");
  over();
  answering(null);
  await begin();
  expect([entry.value.is, language.value]).toEqual(["out", "pt-BR"]);
  keepOnly(null);
  expect(kept.names("language.")).toEqual([]);
});

test("what was picked on the way in is theirs who come in with none, and nobody's who has one", async () => {
  pick("pt-BR");
  answering(ben);
  await signsIn();
  expect(language.value).toBe("pt-BR");
  await expect.poll(() => told).toEqual(["pt-BR"]);
  await leave();
  expect(language.value).toBe("en");
  pick("en");
  answering(bia);
  await signsIn();
  expect([language.value, told]).toEqual(["pt-BR", ["pt-BR"]]);
});

test("what was picked and left behind is not for who comes next", async () => {
  pick("pt-BR");
  answering(ben);
  await signsIn();
  await leave();
  answering({ ...ben, agent_id: "c0000000-0000-4000-8000-000000000003" });
  await signsIn();
  expect(language.value).toBe("en");
});

test("a choice is told in order, and one that is refused is taken back", async () => {
  answering(ben);
  await signsIn();
  await Promise.all([chooseLanguage("pt-BR"), chooseLanguage("en"), chooseLanguage("pt-BR")]);
  expect([language.value, told]).toEqual(["pt-BR", ["pt-BR", "en", "pt-BR"]]);
  answering(ben, 403);
  const refused = chooseLanguage("en");
  expect(language.value).toBe("en");
  await expect(refused).rejects.toMatchObject({ status: 403 });
  expect(language.value).toBe("pt-BR");
});

test("what is refused late changes nothing for who came meanwhile", async () => {
  await signsIn();
  answering(bia, 403);
  const refused = chooseLanguage("en").catch(() => undefined);
  await leave();
  answering(ben);
  await signsIn();
  await refused;
  expect([language.value, kept.names("language.")]).toEqual(["en", []]);
});
