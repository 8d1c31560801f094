import { browserName } from "./browser-name";

/** What a browser's push came to; `unknown` until it was tried. */
export type PushStanding =
  | "unknown"
  | "subscribed"
  | "no_web_push"
  | "unreachable"
  | "too_many_devices"
  | "failed"
  | "off";

/** What is known of notices in this browser. */
export interface Allowed {
  readonly supported: boolean;
  readonly permission: NotificationPermission;
  readonly push: PushStanding;
}

/**
 * How notices stand: `tabs_only` shows them while a tab is open, because `why` keeps pushes away; `off` was chosen here.
 */
export type Standing =
  | { readonly is: "unsupported" | "default" | "denied" | "on" | "trying" | "off" }
  | { readonly is: "tabs_only"; readonly why: "no_web_push" | "unreachable" | "too_many_devices" | "failed" };

export function standing({ supported, permission, push }: Allowed): Standing {
  if (!supported) return { is: "unsupported" };
  if (permission !== "granted") return { is: permission };
  switch (push) {
    case "unknown":
      return { is: "trying" };
    case "subscribed":
      return { is: "on" };
    case "off":
      return { is: "off" };
    default:
      return { is: "tabs_only", why: push };
  }
}

/** Whether the inbox speaks of notices by itself: once, unless there is nothing to do. */
export function speaks(now: Standing, dismissed: readonly string[]): boolean {
  if (now.is === "tabs_only") return now.why !== "no_web_push" && !dismissed.includes(now.why);
  return (now.is === "default" || now.is === "denied") && !dismissed.includes(now.is);
}

export const BROWSERS = ["Chrome", "Edge", "Firefox", "Opera", "Safari"] as const;
export type Browser = (typeof BROWSERS)[number] | "Brave" | "other";

/** Which browser says this of itself; Brave's words are those of Chrome. */
export function browserOf(words: string, brave: boolean): Browser {
  if (brave) return "Brave";
  const found = browserName(words)?.browser;
  return BROWSERS.find((one) => one === found) ?? "other";
}

/** What an agent knows a device by, such as “Chrome on Linux”; "" where nothing is known. */
export function labelOf(words: string, brave: boolean): string {
  const found = browserName(words);
  return found === null ? "" : `${brave ? "Brave" : found.browser} on ${found.system}`;
}

/** What a label of `labelOf` was made of, so that it can be said in the reader's language; null of any other. */
export function labelled(label: string): { browser: string; system: string } | null {
  const [browser, system, ...rest] = label.split(" on ");
  return browser !== undefined && system !== undefined && rest.length === 0 ? { browser, system } : null;
}

/** Whether a browser takes a subscription away after pushes for which nothing was shown: all of WebKit do. */
export function isStrict(words: string): boolean {
  const found = browserName(words);
  return found?.browser === "Safari" || found?.system === "iPhone" || found?.system === "iPad";
}

/** Whether a subscription was made with this key; one of an older key hears nothing any more. */
export function isOfKey(subscribed: ArrayBuffer | null, publicKey: string): boolean {
  if (subscribed === null) return false;
  const wanted = keyBytes(publicKey);
  const found = new Uint8Array(subscribed);
  return found.length === wanted.length && found.every((byte, place) => byte === wanted[place]);
}

/** The bytes of a key in base64url. */
export function keyBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
