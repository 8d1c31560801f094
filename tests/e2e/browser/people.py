"""A company whose widget is on a site, and the people in front of browsers: what they see and do, as they would."""

from typing import Any, Literal

import httpx
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect

from services.cli.demo.clients import PASSWORD
from tests.e2e.browser.host import Host
from tests.e2e.browser.watching import OPEN_SHADOWS, Watch
from tests.e2e.editing import Owner
from tests.e2e.system import System
from tests.waiting import eventually_sync

WAIT_TIME_S = 60


class Company(Owner):
    """A workspace with a playbook, and its owner's token; browsers reach it at `base`."""

    def __init__(self, system: System, http: httpx.Client, base: str) -> None:
        super().__init__(system, http)
        self.base, self._client, self._names = base, http, 0
        self.playbook_id = ""

    def install(self, host: Host, **template: Any) -> None:
        """An active playbook of the Live Chat template, and its snippet on the site."""
        self.playbook_id = self.create(**{"wait_time_s": WAIT_TIME_S, **template})
        self.post(f"playbooks/{self.playbook_id}/sites", {"sites": [host.url]})
        self.publish(self.playbook_id)
        host.snippet = (
            f'<script async src="{self.base}/widget/{self.workspace_id}/{self.playbook_id}.js"></script>'
        )

        def known() -> bool:
            answer = self._client.get(f"/widget/{self.workspace_id}/{self.playbook_id}.js")
            return answer.is_success and '"active": true' in answer.text

        eventually_sync(known, what="the gateway knows of the playbook")

    def invite(self, role: Literal["owner", "editor", "agent"] = "agent") -> str:
        """A one-time link for somebody new."""
        self._names += 1
        body = {"email": f"person{self._names}@example.com", "role": role}
        answer = self._client.post("/api/gateway/agents/invite", json=body, headers=self._known())
        return str(answer.raise_for_status().json()["link"])


class VisitorScreen:
    """A page of the site, and the widget on it."""

    def __init__(self, page: Page, host: Host) -> None:
        self.page, self._host = page, host

    @property
    def launcher(self) -> Locator:
        """The button that opens the panel."""
        return self.page.locator("button[aria-expanded]")

    @property
    def panel(self) -> FrameLocator:
        """What is inside of the panel."""
        return self.page.frame_locator("iframe")

    @property
    def log(self) -> Locator:
        """What was said."""
        return self.panel.get_by_role("log")

    def arrive(self) -> None:
        """Goes to the site."""
        self.page.goto(self._host.url)
        expect(self.launcher).to_be_visible()

    def open(self) -> None:
        """Opens the panel, and waits for the bot."""
        self.launcher.click()
        expect(self.launcher).to_have_attribute("aria-expanded", "true")
        expect(self.panel.locator("body")).to_be_visible()

    def choose(self, label: str) -> None:
        """Picks an answer that the bot offers."""
        self.panel.get_by_role("button", name=label, exact=True).click()

    def say(self, text: str) -> None:
        """Writes to whoever is there."""
        self.panel.get_by_role("textbox", name="Message").fill(text)
        self.panel.get_by_role("button", name="Send", exact=True).click()

    def sees(self, text: str, times: int = 1, within_ms: float = 15_000) -> None:
        """What was said is there, exactly so often."""
        expect(self.log.get_by_text(text)).to_have_count(times, timeout=within_ms)


class AgentScreen:
    """The inbox of an agent."""

    def __init__(self, page: Page, company: Company) -> None:
        self.page, self._company = page, company

    def join(self, name: str, link: str) -> None:
        """Comes in by a one-time link, as people do."""
        self.page.goto(f"{self._company.base}/inbox/join?workspace={self._company.workspace_id}#{link}")
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Join").click()
        expect(self.page.get_by_role("navigation").first).to_be_visible()

    def go_online(self) -> None:
        """The switch at the bottom left."""
        switch = self.page.get_by_role("switch")
        switch.click()
        expect(switch).to_be_checked()

    def open_folder(self, name: str) -> None:
        """A folder of the inbox, by the beginning of its name."""
        self.page.get_by_role("link", name=name).first.click()

    def open_conversation(self, who: str = "Visitor") -> None:
        """The first conversation of the folder with this visitor's name."""
        self.page.get_by_role("link", name=who).first.click()

    def take(self) -> None:
        """Assigns it to oneself."""
        self.page.get_by_role("button", name="Assign to me").click()

    @property
    def log(self) -> Locator:
        """What was said."""
        return self.page.get_by_role("log")

    def say(self, text: str) -> None:
        """Writes to the visitor."""
        self.page.get_by_role("textbox", name="Message").fill(text)
        self.page.keyboard.press("Enter")

    def sees(self, text: str, times: int = 1) -> None:
        """What was said is there, exactly so often."""
        expect(self.log.get_by_text(text)).to_have_count(times)


class Crowd:
    """Everybody in front of a browser in one test."""

    def __init__(
        self, browser: Browser, company: Company, host: Host, watch: Watch, action_ms: float
    ) -> None:
        self._browser, self._company, self._host = browser, company, host
        self._watch, self._action_ms = watch, action_ms
        self._contexts: list[BrowserContext] = []

    def profile(self, **how: Any) -> BrowserContext:
        """A browser profile that nobody has used before."""
        context = self._browser.new_context(**{"locale": "en-GB", **how})
        context.set_default_timeout(self._action_ms)
        self._watch.over(context)
        self._contexts.append(context)
        return context

    def visitor(self, **how: Any) -> VisitorScreen:
        """A visitor who has come to the site."""
        context = self.profile(**how)
        context.add_init_script(OPEN_SHADOWS)
        screen = VisitorScreen(context.new_page(), self._host)
        screen.arrive()
        return screen

    def agent(self, name: str, *, online: bool = True, **how: Any) -> AgentScreen:
        """An agent who has joined."""
        screen = AgentScreen(self.profile(**how).new_page(), self._company)
        screen.join(name, self._company.invite())
        if online:
            screen.go_online()
        return screen

    def leave(self) -> None:
        """Everybody closes their browser."""
        for context in self._contexts:
            context.close()
