import { expect, test, vi } from "vitest";
import { Api } from "../../src/wire/api";
import { ServerClock } from "../../src/wire/server-clock";

const HERE = Date.parse("2026-03-04T10:00:00Z");

/** A machine whose answers say this date and take so long. */
function machine() {
  const around = { here: HERE, date: "", tookMs: 0 };
  const answer = async () => {
    around.here += around.tookMs;
    return new Response("{}", { headers: around.date === "" ? {} : { date: around.date } });
  };
  let aheadMs = 0;
  const clock = new ServerClock(
    answer,
    () => around.here,
    (ms) => {
      aheadMs = ms;
    },
  );
  const ask = async (date: string, { tookMs = 0, method = "POST" } = {}) => {
    Object.assign(around, { date, tookMs });
    await clock.fetch("/api/gateway/tokens", { method });
    return aheadMs;
  };
  return { clock, ask, around };
}

test("the server's time is what its answers say, and goes on by this machine's clock", async () => {
  const { clock, ask, around } = machine();
  expect(await ask("Wed, 04 Mar 2026 10:05:00 GMT", { tookMs: 200 })).toBe(300_400);
  around.here += 1_000;
  expect(clock.now()).toBe(Date.parse("2026-03-04T10:05:01.600Z"));
  // A clock that was set right meanwhile is believed again.
  around.here += 300_000;
  expect(await ask("Wed, 04 Mar 2026 10:05:02 GMT")).toBeLessThan(2_000);
});

test("a clock that is right but for the way of an answer is left as it is", async () => {
  const { ask, clock } = machine();
  expect(clock.known).toBe(false);
  expect(await ask("Wed, 04 Mar 2026 10:00:01 GMT", { tookMs: 900 })).toBe(0);
  expect(clock.known).toBe(true);
});

test("answers without a date, those that came late and those of a cache say nothing", async () => {
  const { ask } = machine();
  expect(await ask("")).toBe(0);
  expect(await ask("Wed, 04 Mar 2026 10:05:00 GMT", { tookMs: 5_000 })).toBe(0);
  expect(await ask("Wed, 04 Mar 2026 09:00:00 GMT", { method: "GET" })).toBe(0);
});

test("where the visitor's clock is wrong, an answer is asked for once to tell the time that is left", async () => {
  vi.useFakeTimers({ now: HERE + 180_000 });
  const ask = vi.fn(async () =>
    Response.json({ token: "t" }, { headers: { date: new Date(HERE).toUTCString() } }),
  );
  vi.stubGlobal("fetch", ask);
  const { readClock, serverClock } = await import("../../src/panel/server-clock");
  const api = new Api("s");
  await readClock(api);
  await readClock(api);
  expect(serverClock.now()).toBe(HERE + 500);
  expect(ask).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
