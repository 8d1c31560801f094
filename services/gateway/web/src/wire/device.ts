import { isOfKey, keyBytes, type PushStanding } from "../models/allowing";
import type { Api } from "./api";
import type { Keeping } from "./noticing";
import { Problem } from "./problem";
import type { Accepted, VapidKey } from "./types";

/** A push service that cannot be reached answers `subscribe` late, or never. */
const SUBSCRIBE_MS = 8_000;

/** What of a PushManager is needed; replaced in tests. */
export type Pushes = Pick<PushManager, "getSubscription" | "subscribe">;

/**
 * Makes this browser a device of the agent, with a subscription of the server's present key. Repeated at every start,
 * because keys, subscriptions and agents change.
 */
export async function allow(
  api: Api,
  pushes: Pushes,
  kept: Keeping,
  label: string,
  withinMs: number = SUBSCRIBE_MS,
): Promise<PushStanding> {
  try {
    const { public_key } = await api.get<VapidKey>("notifier/vapid-key");
    if (public_key === null) return "no_web_push";
    const subscription = await subscribed(pushes, public_key, withinMs);
    if (subscription === null) return "unreachable";
    const { endpoint, keys } = subscription.toJSON();
    const body = { subscription: { endpoint, keys: { p256dh: keys?.p256dh, auth: keys?.auth } }, label };
    const told = await api.post<Accepted>("notifier/devices", body);
    const device_id = told.ids?.device_id;
    if (device_id === undefined) return "failed";
    await replace(api, kept, { device_id, label });
    return "subscribed";
  } catch (error) {
    if (!(error instanceof Problem)) return "failed";
    return error.code === "no_web_push" || error.code === "too_many_devices" ? error.code : "failed";
  }
}

/** Takes this browser off the agent's devices; one that is off already is no mistake. */
export async function takeOff(api: Api, kept: Keeping, patienceMs?: number): Promise<void> {
  const before = await kept.change((it) => [{ ...it, device: null }, it.device] as const);
  if (before !== null) await remove(api, before.device_id, patienceMs);
}

/** The subscription of this key; null where the push service does not answer in time. */
async function subscribed(
  pushes: Pushes,
  publicKey: string,
  withinMs: number,
): Promise<PushSubscription | null> {
  const known = await pushes.getSubscription();
  if (known !== null && isOfKey(known.options.applicationServerKey, publicKey)) return known;
  // Browsers refuse a second subscription of another key.
  await known?.unsubscribe();
  const asking = pushes.subscribe({ userVisibleOnly: true, applicationServerKey: keyBytes(publicKey) });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), withinMs);
  });
  try {
    return await Promise.race([asking, late]);
  } catch {
    // Brave without its setting, a proxy, or a browser without a push service.
    return null;
  } finally {
    clearTimeout(timer);
    asking.catch(() => undefined);
  }
}

/** Keeps the device, and takes off the one that this browser was before its subscription changed. */
async function replace(api: Api, kept: Keeping, device: { device_id: string; label: string }): Promise<void> {
  const before = await kept.change((it) => [{ ...it, device, off: false }, it.device] as const);
  if (before !== null && before.device_id !== device.device_id) await remove(api, before.device_id);
}

async function remove(api: Api, deviceId: string, patienceMs?: number): Promise<void> {
  try {
    await api.delete<Accepted>(
      `notifier/devices/${deviceId}`,
      patienceMs === undefined ? {} : { patienceMs },
    );
  } catch (error) {
    if (!(error instanceof Problem && error.status === 404)) throw error;
  }
}
