import { signal } from "@preact/signals";
import {
  type Browser,
  browserOf,
  labelOf,
  type PushStanding,
  type Standing,
  standing,
} from "../../models/allowing";
import type { Api } from "../../wire/api";
import { allow, takeOff } from "../../wire/device";
import { type Keeping, withAgent } from "../../wire/noticing";

/** Whether notices are allowed in this browser, and everything that changes it. */
export class Allowing {
  readonly now = signal<Standing>({ is: "trying" });
  readonly dismissed = signal<readonly string[] | null>(null);
  private push: PushStanding = "unknown";
  private watched: PermissionStatus | null = null;
  private subscribing: Promise<void> | null = null;
  private readonly changed = () => void this.look();

  constructor(
    private readonly api: Api,
    private readonly agentId: string,
    private readonly kept: Keeping,
    private readonly registration: () => Promise<ServiceWorkerRegistration | null>,
  ) {}

  /** Looks how it stands; where it is allowed, tells the server this browser's subscription, as at every start. */
  async start(): Promise<void> {
    // What another agent has said at this browser is not theirs.
    const kept = await this.kept.change((before) => {
      const now = withAgent(before, this.agentId);
      return [now, now];
    });
    if (kept.off) this.push = "off";
    this.dismissed.value = kept.dismissed;
    await this.look();
    try {
      this.watched = await navigator.permissions.query({ name: "notifications" });
      this.watched.addEventListener("change", this.changed);
    } catch {
      // It is looked at again when the agent clicks.
    }
  }

  stop(): void {
    this.watched?.removeEventListener("change", this.changed);
  }

  /** Asks the browser's permission: only from a click, as browsers want it. */
  async turnOn(): Promise<void> {
    if (!isSupported()) return;
    const asked = Notification.permission === "default" ? Notification.requestPermission() : null;
    this.push = "unknown";
    await asked;
    await this.kept.change((kept) => [{ ...kept, off: false }, null]);
    await this.look();
  }

  /** No notices in this browser until they are turned on again. */
  async turnOff(): Promise<void> {
    await this.kept.change((kept) => [{ ...kept, off: true }, null]);
    this.push = "off";
    this.tell();
    await takeOff(this.api, this.kept);
    const registration = await this.registration();
    const subscription = await registration?.pushManager?.getSubscription();
    await subscription?.unsubscribe();
  }

  /** Does not speak of this by itself again. It stands until that is kept: a page that is loaded anew asks no more. */
  async dismiss(now: Standing): Promise<void> {
    const what = now.is === "tabs_only" ? now.why : now.is;
    this.dismissed.value = await this.kept.change((kept) => {
      const dismissed = [...new Set([...kept.dismissed, what])];
      return [{ ...kept, dismissed }, dismissed];
    });
  }

  private async look(): Promise<void> {
    this.tell();
    if (!isSupported() || Notification.permission !== "granted" || this.push === "off") return;
    this.subscribing ??= this.subscribe().finally(() => {
      this.subscribing = null;
    });
    await this.subscribing;
    this.tell();
  }

  private async subscribe(): Promise<void> {
    const registration = await this.registration();
    this.push =
      registration === null || registration.pushManager === undefined
        ? "failed"
        : await allow(this.api, registration.pushManager, this.kept, labelOf(navigator.userAgent, isBrave()));
  }

  private tell(): void {
    const supported = isSupported();
    const permission = supported ? Notification.permission : "denied";
    this.now.value = standing({ supported, permission, push: this.push });
  }
}

function isSupported(): boolean {
  return "Notification" in globalThis && "serviceWorker" in navigator;
}

/** Which browser this is; Brave says so only where it is asked. */
export function thisBrowser(): Browser {
  return browserOf(navigator.userAgent, isBrave());
}

function isBrave(): boolean {
  return "brave" in navigator;
}
