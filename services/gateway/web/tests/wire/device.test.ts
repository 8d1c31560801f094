import { expect, test } from "vitest";
import { keyBytes } from "../../src/models/allowing";
import { Api } from "../../src/wire/api";
import { allow, type Pushes, takeOff } from "../../src/wire/device";
import { NOTHING_KEPT } from "../../src/wire/noticing";
import { KeptInMemory } from "../kept";

const KEY = "BAEC";
const OLD_KEY = "BAED";

/** A server that answers by `METHOD path`, and what it was asked. */
function server(answers: Readonly<Record<string, readonly [number, unknown]>>) {
  const asked: [string, unknown][] = [];
  const fetched = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = `${init?.method} ${String(input).replace("/api/", "")}`;
    if (request === "POST gateway/tokens") return json(200, { token: "t", token_expires_at: "" });
    asked.push([request, typeof init?.body === "string" ? JSON.parse(init.body) : null]);
    const [status, body] = answers[request] ?? [404, { code: "not_found" }];
    return json(status, body);
  };
  const around = {
    fetch: fetched,
    now: () => 0,
    sleep: async () => undefined,
    newKey: () => "k",
    random: () => 0,
  };
  return { api: new Api(null, around), asked };
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

function subscription(endpoint: string, key: string, ended: string[] = []): PushSubscription {
  return {
    endpoint,
    options: { applicationServerKey: keyBytes(key).buffer, userVisibleOnly: true },
    toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh: "p", auth: "a" } }),
    unsubscribe: async () => {
      ended.push(endpoint);
      return true;
    },
  } as unknown as PushSubscription;
}

function pushes(known: PushSubscription | null, made: Promise<PushSubscription>): Pushes {
  return { getSubscription: async () => known, subscribe: () => made };
}

const open = {
  "GET notifier/vapid-key": [200, { public_key: KEY }],
  "POST notifier/devices": [200, { stream: "device-d2", version: 1, ids: { device_id: "d2" } }],
} as const;
const never = new Promise<PushSubscription>(() => undefined);

test("a subscription that is there is told again at each start, without what the server does not know", async () => {
  const { api, asked } = server(open);
  const kept = new KeptInMemory();

  const told = await allow(
    api,
    pushes(subscription("https://push.example/2", KEY), never),
    kept,
    "Chrome on Linux",
  );

  expect(told).toBe("subscribed");
  expect(asked[1]).toEqual([
    "POST notifier/devices",
    {
      subscription: { endpoint: "https://push.example/2", keys: { p256dh: "p", auth: "a" } },
      label: "Chrome on Linux",
    },
  ]);
  expect(kept.now.device).toEqual({ device_id: "d2", label: "Chrome on Linux" });
});

test("another key of the server makes another subscription, and the old device goes", async () => {
  const { api, asked } = server({ ...open, "DELETE notifier/devices/d1": [200, {}] });
  const device = { device_id: "d1", label: "Chrome on Linux" };
  const kept = new KeptInMemory({ ...NOTHING_KEPT, device, off: true });
  const ended: string[] = [];
  const old = subscription("https://push.example/1", OLD_KEY, ended);

  const made = Promise.resolve(subscription("https://push.example/2", KEY));
  expect(await allow(api, pushes(old, made), kept, "Chrome on Linux")).toBe("subscribed");

  expect(ended).toEqual(["https://push.example/1"]);
  expect(asked.map(([request]) => request)).toEqual([
    "GET notifier/vapid-key",
    "POST notifier/devices",
    "DELETE notifier/devices/d1",
  ]);
  expect([kept.now.device?.device_id, kept.now.off]).toEqual(["d2", false]);
});

test("a push service that hangs or refuses leaves the tabs; nothing is told to the server", async () => {
  const refuses = () => Promise.reject(new DOMException("Registration failed", "AbortError"));

  for (const subscribe of [() => never, refuses]) {
    const { api, asked } = server(open);
    const told = await allow(api, { ...pushes(null, never), subscribe }, new KeptInMemory(), "", 5);
    expect(told).toBe("unreachable");
    expect(asked.length).toBe(1);
  }
});

test("a server without web push, or with enough devices, says so", async () => {
  const without = server({ ...open, "GET notifier/vapid-key": [200, { public_key: null }] });
  const full = server({ ...open, "POST notifier/devices": [409, { code: "too_many_devices" }] });
  const broken = server({ ...open, "POST notifier/devices": [500, { code: "unexpected" }] });
  const known = pushes(subscription("https://push.example/2", KEY), never);

  expect(await allow(without.api, known, new KeptInMemory(), "")).toBe("no_web_push");
  expect(await allow(full.api, known, new KeptInMemory(), "")).toBe("too_many_devices");
  expect(await allow(broken.api, known, new KeptInMemory(), "")).toBe("failed");
});

test("a device is taken off once, and one that is gone is no mistake", async () => {
  const { api, asked } = server({});
  const kept = new KeptInMemory({ ...NOTHING_KEPT, device: { device_id: "d1", label: "" } });

  await takeOff(api, kept);
  await takeOff(api, kept);

  expect(asked).toEqual([["DELETE notifier/devices/d1", null]]);
  expect(kept.now.device).toBeNull();
});
