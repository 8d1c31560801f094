"""Everybody in front of a browser in one test."""

import time
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from contracts.gateway import Role
from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.watching import OPEN_SHADOWS, Watch
from tests.e2e.browser.words import CHAT, ONLINE

SOON_MS = 1_500


class Crowd:
    """Everybody in front of a browser in one test."""

    def __init__(
        self, browser: Browser, company: Company, host: Host, watch: Watch, action_ms: float
    ) -> None:
        self._browser, self._company, self._host = browser, company, host
        self._watch, self._action_ms = watch, action_ms
        self._contexts: list[BrowserContext] = []
        self._at = 0.0

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

    def tab_of(self, visitor: VisitorScreen) -> VisitorScreen:
        """One more tab of the same browser."""
        screen = VisitorScreen(visitor.page.context.new_page(), self._host)
        screen.arrive()
        return screen

    def waiting_visitor(self, **how: Any) -> VisitorScreen:
        """A visitor who has asked for a person and waits for one."""
        screen = self.visitor(**how)
        screen.open()
        screen.choose(CHAT)
        screen.sees(ONLINE)
        return screen

    def chatting(self, name: str, visitor_name: str | None = None) -> tuple[AgentScreen, VisitorScreen]:
        """An agent of this name who has taken a visitor's conversation; both look at it."""
        agent, visitor = self.agent(name), self.visitor()
        visitor.open()
        if visitor_name is not None:
            visitor.gives("Name", visitor_name)
        meet(agent, name, visitor, visitor_name or "Visitor")
        return agent, visitor

    def agent(self, name: str, *, online: bool = True, role: Role = "agent", **how: Any) -> AgentScreen:
        """An agent who has joined, and whom visitors can reach if they are online."""
        screen = AgentScreen(self.profile(**how).new_page(), self._company)
        screen.join(name, self._company.invite(role))
        if online:
            screen.go_online()
            self._company.knows_online(name)
        return screen

    def at_once(self, agents: Sequence[AgentScreen], button: str) -> None:
        """All press the button of this name at one moment: the clicks are made in their pages."""
        for agent in agents:
            pressed = agent.page.get_by_role("button", name=button).first
            pressed.evaluate("(it, at) => setTimeout(() => it.click(), at - Date.now())", self._soon())

    def _soon(self) -> float:
        if not self._at or self._at < time.time() * 1_000:
            self._at = time.time() * 1_000 + SOON_MS
        return self._at

    def leave(self) -> None:
        """Everybody closes their browser."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()


def meet(agent: AgentScreen, name: str, visitor: VisitorScreen, visitor_name: str = "Visitor") -> None:
    """The visitor, who is asked the first question, asks for a person, and the agent of this name takes them."""
    visitor.choose(CHAT)
    visitor.sees(ONLINE)
    agent.open_folder("Unassigned")
    agent.open_conversation(visitor_name)
    agent.take()
    visitor.sees(f"{name} has joined the chat.")
