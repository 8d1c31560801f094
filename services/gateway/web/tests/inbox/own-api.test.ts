import { expect, test } from "vitest";
import { OwnApi } from "../../src/inbox/own-api";
import { Api, surroundings } from "../../src/wire/api";

/** A browser in which Ana is signed in, and the services, which take her token no more once she has left. */
function browser() {
  const sent: string[] = [];
  const who = { now: "ana" };
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const fetch = async (path: RequestInfo | URL, init?: RequestInit) => {
    if (String(path).endsWith("tokens")) return Response.json({ token: who.now, token_expires_at: "" });
    sent.push(new Headers(init?.headers).get("authorization") ?? "");
    await held;
    const takes = sent.at(-1) === `Bearer ${who.now}`;
    return Response.json(takes ? {} : { code: "unauthorised", detail: "" }, { status: takes ? 200 : 401 });
  };
  const around = { ...surroundings, fetch };
  const shared = new Api(null, around);
  return { shared, own: new OwnApi(shared, around), sent, who, answer };
}

test("what is under way when another agent comes in takes no token of theirs", async () => {
  const { shared, own, sent, who, answer } = browser();
  const posting = own.post("details/email", { value: "maria@example.com" });
  await expect.poll(() => sent).toEqual(["Bearer ana"]);

  who.now = "ben";
  shared.forgetToken();
  own.end();
  answer();

  await expect(posting).rejects.toMatchObject({ status: 401 });
  await expect(own.post("details/email")).rejects.toMatchObject({ status: 401 });
  expect(sent).toEqual(["Bearer ana"]);
  expect(await shared.token()).toBe("ben");
});

test("a token that comes after its agent has left is for nobody", async () => {
  const { own, sent } = browser();
  const posting = own.post("details/email");
  own.end();
  await expect(posting).rejects.toMatchObject({ status: 401 });
  expect(sent).toEqual([]);
});
