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

export const BROWSERS = ["Edge", "Opera", "Firefox", "Chrome", "Safari"] as const;
export type Browser = (typeof BROWSERS)[number] | "Brave" | "other";

const MARKS: Readonly<Record<(typeof BROWSERS)[number], RegExp>> = {
  Edge: /\bEdg(?:e|A|iOS)?\//,
  Opera: /\bOPR\//,
  Firefox: /\b(?:Firefox|FxiOS)\//,
  Chrome: /\b(?:Chrome|Chromium|HeadlessChrome|CriOS)\//,
  Safari: /\bSafari\//,
};

/** Which browser a user agent's text is of; those that pretend to be others come first. */
export function browserOf(userAgent: string, brave: boolean): Browser {
  if (brave) return "Brave";
  return BROWSERS.find((one) => MARKS[one].test(userAgent)) ?? "other";
}

/** Whether a browser takes a subscription away after pushes for which nothing was shown. */
export function isStrict(userAgent: string): boolean {
  return browserOf(userAgent, false) === "Safari" || /\b(?:iPhone|iPad)\b/.test(userAgent);
}

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, "Android"],
  [/\b(?:iPhone|iPad|iPod)\b/, "iOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** The system that a user agent's text names; "" where it names none that we know. */
export function systemOf(userAgent: string): string {
  return SYSTEMS.find(([mark]) => mark.test(userAgent))?.[1] ?? "";
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
