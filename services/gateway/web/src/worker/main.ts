import badge from "../icons/badge.png";
import icon from "../icons/bubble.png";
import { isStrict } from "../models/allowing";
import { destinationOf, type Shown } from "../models/notices";
import { Api } from "../wire/api";
import { allow } from "../wire/device";
import { Keep } from "../wire/kept";
import type { ToWorker } from "../wire/noticing";
import { isRecord } from "../wire/problem";
import { Desk } from "./desk";
import { askTabs, openInTab, tellTabs } from "./tabs";

declare const self: ServiceWorkerGlobalScope;

const kept = new Keep();
const origin = self.location.origin;

const desk = new Desk({
  kept,
  now: () => Date.now(),
  languages: () => self.navigator.languages,
  permitted: () => Notification.permission === "granted",
  strict: isStrict(self.navigator.userAgent),
  ask: (notice) => askTabs(self.clients, origin, notice),
  show,
  close: (tag) => close((one) => one.tag === tag),
  ring: () => tellTabs(self.clients, origin, { is: "ring" }),
});

async function show({ title, options }: Shown): Promise<void> {
  await self.registration.showNotification(title, { ...options, icon, badge } as NotificationOptions);
}

async function close(which: (notification: Notification) => boolean): Promise<void> {
  for (const one of await self.registration.getNotifications()) if (which(one)) one.close();
}

async function obey(message: ToWorker): Promise<void> {
  switch (message.is) {
    case "notice":
      return await desk.hear(message.notice, "frame");
    case "close":
      return await desk.takeBack(message.tags);
    case "test":
      return await self.registration.showNotification(message.title, {
        body: message.body,
        tag: "test",
        icon,
        badge,
      });
    case "clear":
      return await close(() => true);
  }
}

/** The browser gave the subscription up, or made a new one: the server hears of it, as long as the session lives. */
async function subscribeAgain(): Promise<void> {
  const { device } = await kept.read();
  if (device !== null) await allow(new Api(null), self.registration.pushManager, kept, device.label);
}

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => {
  let told: unknown = null;
  try {
    told = event.data?.json();
  } catch {
    // Not one of ours.
  }
  event.waitUntil(desk.hear(told, "push"));
});
self.addEventListener("message", (event) => {
  if (event.origin === origin && isRecord(event.data))
    event.waitUntil(obey(event.data as unknown as ToWorker));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openInTab(self.clients, origin, destinationOf(event.notification.data)));
});
self.addEventListener("pushsubscriptionchange", (event) => {
  (event as ExtendableEvent).waitUntil(subscribeAgain());
});
