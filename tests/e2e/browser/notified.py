"""A browser profile that may show notices: its push service is ours, and what its worker shows is seen."""

import json
import re
from collections.abc import Callable
from typing import Any, Literal
from uuid import uuid4

from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.editing import Visit
from tests.e2e.push_service import PushService
from tests.waiting import eventually_sync

WITHIN_S = 20.0
# Chromium reaches a vendor's push service or none: this one answers in its place, with a device of ours.
PUSHES = """
(() => {
  const told = SUBSCRIPTION;
  const kept = "subscribed-in-tests";
  const subscription = (key) => ({
    endpoint: told.endpoint,
    options: { userVisibleOnly: true, applicationServerKey: Uint8Array.from(JSON.parse(key)).buffer },
    toJSON: () => ({ ...told, expirationTime: null }),
    unsubscribe: async () => { localStorage.removeItem(kept); return true; },
  });
  PushManager.prototype.getSubscription = async () => {
    const key = localStorage.getItem(kept);
    return key === null ? null : subscription(key);
  };
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    if (Notification.permission !== "granted") throw new DOMException("not allowed", "NotAllowedError");
    const key = JSON.stringify([...new Uint8Array(applicationServerKey)]);
    localStorage.setItem(kept, key);
    return subscription(key);
  };
})();
"""
ASKED = """async ([method, path, body]) => {
  const headers = { "content-type": "application/json" };
  const session = await fetch("/api/gateway/tokens", { method: "POST", headers, body: "{}" });
  headers.authorization = `Bearer ${(await session.json()).token}`;
  const answer = await fetch(`/api/${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return await answer.json();
}"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(({ title, body, tag, silent }) => ({ title, body, tag, silent }))"""
NOTES_HZ = [880, 1174.7]
STRUCK = """
window.struck = [];
const start = AudioScheduledSourceNode.prototype.start;
AudioScheduledSourceNode.prototype.start = function (...at) {
  struck.push(Math.round(this.frequency.value * 10) / 10);
  return start.apply(this, at);
};
"""
"""Every note that a page has struck."""


def struck(*pages: Page) -> list[list[float]]:
    """What each has struck."""
    return [page.evaluate("struck") for page in pages]


def counted(count: int) -> re.Pattern[str]:
    """The title of a tab that tells of so many."""
    return re.compile(rf"^\({count}\) ")


class Notified:
    """An agent's browser: what it shows, what it was sent, and what they do."""

    def __init__(self, screen: AgentScreen, company: Company, pushes: PushService, device: str) -> None:
        self.page, self.origin = screen.page, company.base
        self.displayed: list[str] = []
        """The tags of everything that its worker has shown, once for each time."""
        self._company, self._pushes, self._device = company, pushes, device
        self._session: CDPSession = self.page.context.new_cdp_session(self.page)
        self._registration, self._ended = "", 0

    def watch(self) -> None:
        """Notes from now on whatever is shown, and where pushes go. The device is known by then."""
        self._session.on("ServiceWorker.workerRegistrationUpdated", self._registered)
        self._session.on("BackgroundService.backgroundServiceEventReceived", self._happened)
        self._session.send("ServiceWorker.enable")
        for service in ("notifications", "pushMessaging"):
            what = {"service": service}
            self._session.send("BackgroundService.setRecording", {**what, "shouldRecord": True})
            self._session.send("BackgroundService.startObserving", what)
        self.until(lambda: self._registration, "the worker's registration")
        self.until(self.devices, "the device")

    def set_permission(self, setting: str) -> None:
        """As the person sets it in the browser."""
        set_permission(self.page, self.origin, setting)

    def shown(self) -> list[dict[str, Any]]:
        """What stands on the desktop now."""
        found: list[dict[str, Any]] = self.page.evaluate(SHOWN)
        return found

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """A request in the agent's name."""
        return self.page.evaluate(ASKED, [method, path, body])

    def devices(self) -> list[dict[str, Any]]:
        """The agent's devices."""
        found: list[dict[str, Any]] = self.ask("GET", "notifier/devices")["items"]
        return found

    def another_tab(self) -> Page:
        """One more tab of the inbox."""
        page = self.page.context.new_page()
        page.goto(f"{self.origin}/inbox")
        expect(page.get_by_role("switch")).to_be_checked()
        return page

    def asked_for(self) -> tuple[Visit, str]:
        """A visitor who wants a person, and their conversation."""
        told: dict[str, Any] = {}

        def asked() -> Visit | None:
            visit = self._company.visit(self._company.playbook_id)
            visit.pick("welcome", "chat")
            told.update(visit.get())
            return visit if told["conversation_id"] else None

        return self.until(asked, "a visitor who asks for a person"), told["conversation_id"]

    def takes(self, conversation_id: str) -> None:
        """The agent takes it."""
        self.ask("POST", f"conversation/conversations/{conversation_id}/take", {})

    def reads(self, conversation_id: str) -> None:
        """The agent reads it on another screen."""
        path = f"gateway/folders/mine?conversation_id={conversation_id}"
        row = self.until(lambda: [it for it in self.ask("GET", path)["items"] if it["unread"]], "the row")[0]
        body = {"up_to": row["version"]}
        self.ask("POST", f"conversation/conversations/{conversation_id}/read", body)

    def open(self, conversation_id: str) -> None:
        """The conversation stands before the agent."""
        self.page.goto(f"{self.origin}/inbox/live-chat/mine/{conversation_id}")
        expect(self.page.get_by_role("switch")).to_be_checked()

    def pushed(self, kind: str, conversation_id: str) -> dict[str, Any]:
        """The push that the device was sent about this, once it is there."""

        def there() -> list[dict[str, Any]]:
            about = (kind, conversation_id)
            return [one for one in self.pushes() if (one["kind"], one["conversation_id"]) == about]

        found: list[dict[str, Any]] = self.until(there, f"a push of {kind}")
        return found[0]

    def pushes(self) -> list[dict[str, Any]]:
        """All that the device was sent so far."""
        return [one.told for one in self._pushes.of(self._device)]

    def deliver(self, told: dict[str, Any]) -> None:
        """The browser gets the push, and its worker has done with it."""
        before = self._ended
        what = {"origin": self.origin, "registrationId": self._registration, "data": json.dumps(told)}
        self._session.send("ServiceWorker.deliverPushMessage", what)
        self.until(lambda: self._ended > before, "the end of the push")

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        """The condition's first true value; the page's events are heard meanwhile."""

        def asked() -> Any:
            self.page.wait_for_timeout(20)
            return condition()

        return eventually_sync(asked, within_s=WITHIN_S, what=what)

    def _registered(self, told: dict[str, Any]) -> None:
        for one in told["registrations"]:
            if one["scopeURL"] == f"{self.origin}/" and not one["isDeleted"]:
                self._registration = one["registrationId"]

    def _happened(self, told: dict[str, Any]) -> None:
        event = told["backgroundServiceEvent"]
        match event["eventName"]:
            case "Notification displayed":
                self.displayed.append(event["instanceId"])
            case "Push event completed":
                self._ended += 1


class Profiles:
    """Browsers of agents, each with a device at our push service."""

    def __init__(self, crowd: Crowd, company: Company, pushes: PushService) -> None:
        self._crowd, self._company, self._pushes = crowd, company, pushes

    def agent(
        self,
        permission: Literal["granted", "denied", "prompt"],
        *,
        watched: bool = False,
        context: BrowserContext | None = None,
    ) -> Notified:
        """A new agent, online, in a browser with this permission; `watched` where it has a device."""
        context, device = context or self._crowd.profile(), f"device-{uuid4()}"
        context.add_init_script(PUSHES.replace("SUBSCRIPTION", json.dumps(self._pushes.subscription(device))))
        page = context.new_page()
        set_permission(page, self._company.base, permission)
        screen = AgentScreen(page, self._company)
        screen.join("Ben", self._company.invite())
        screen.go_online()
        found = Notified(screen, self._company, self._pushes, device)
        if watched:
            found.watch()
        return found


def set_permission(page: Page, origin: str, setting: str) -> None:
    """Whether the browser lets this origin show notifications."""
    session = page.context.new_cdp_session(page)
    profile = session.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    what = {"permission": {"name": "notifications"}, "setting": setting, "origin": origin}
    # It counts as long as the session does, which ends with the page.
    session.send("Browser.setPermission", {**what, "browserContextId": profile})
