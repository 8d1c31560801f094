"""No violation that axe knows of, in any state of both screens, in light and dark, in both directions of writing."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.watching import Watch
from tests.e2e.browser.wire import Wire
from tests.e2e.browser.words import CHAT, NAME, ONLINE
from tests.proof import SCALE
from tests.waiting import eventually_sync

AXE = Axe()
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
RESTING = "document.getAnimations().every((it) => it.playState !== 'running')"
WRITTEN = "document.documentElement.dir = {!r}"


class Checks:
    """Looks at screens as they are, and keeps what is wrong with them, by state."""

    def __init__(self, direction: str) -> None:
        self._direction, self.wrong = direction, list[str]()

    def look(self, at: Page | Frame, state: str) -> None:
        """Once nothing moves any more: what fades in has no contrast yet."""
        at.evaluate(WRITTEN.format(self._direction))
        eventually_sync(lambda: bool(at.evaluate(RESTING)), what="nothing moves")
        for found in AXE.run(at, options=OPTIONS).response["violations"]:
            where = [node["html"][:160] for node in found["nodes"][:3]]
            self.wrong.append(f"{state}: {found['id']} {where}")


@contextmanager
def checks(direction: str, watch: Watch) -> Iterator[Checks]:
    """What axe itself tries, pages do not let it: that is no mistake of theirs."""
    found = Checks(direction)
    yield found
    for tried in ("TrustedScript", "require-trusted-types-for"):
        watch.forget(tried)
    assert found.wrong == [], "\n".join(found.wrong)


def panel_of(visitor: VisitorScreen) -> Frame:
    """The panel's own page."""
    handle = visitor.page.locator("iframe").element_handle()
    frame = handle.content_frame()
    assert frame is not None
    return frame


LOOKS = [(scheme, direction) for scheme in ("light", "dark") for direction in ("ltr", "rtl")]


def looks_at(number: int = 0) -> list[tuple[str, str]]:
    """In which looks a state is looked at: in all four where proofs run in full, else in two that differ in both.

    The next state is looked at in the two others.
    """
    first = number % 2
    return LOOKS if SCALE >= 1 else [LOOKS[first], LOOKS[3 - first]]


@pytest.mark.parametrize(("scheme", "direction"), looks_at())
def test_every_state_of_the_widget(
    crowd: Crowd, company: Company, wire: Wire, watch: Watch, scheme: str, direction: str
) -> None:
    company.asks_for_the_name_first()
    agent = crowd.agent("Ana")
    visitor = crowd.visitor(color_scheme=scheme)
    with checks(direction, watch) as found:
        visitor.open()
        panel = panel_of(visitor)
        visitor.sees(NAME)
        found.look(visitor.page, "the site with an open panel")
        found.look(panel, "a detail is asked for")
        visitor.gives("Name", "Vera")
        expect(visitor.panel.get_by_role("button", name=CHAT, exact=True)).to_be_visible()
        found.look(panel, "a question")
        visitor.choose(CHAT)
        visitor.sees(ONLINE)
        expect(visitor.panel.get_by_role("timer")).to_be_visible()
        found.look(panel, "waiting")
        agent.open_folder("Unassigned")
        agent.open_conversation("Vera")
        agent.take()
        visitor.sees("Ana has joined the chat.")
        agent.say("Hello Vera, see https://example.com/beans")
        visitor.sees("Hello Vera")
        visitor.say("That helps.")
        agent.sees("That helps.")
        found.look(panel, "a chat")
        wire.down = True
        try:
            wire.cut_all()
            visitor.say("Are you there?")
            expect(visitor.panel.get_by_text("No connection")).to_be_visible()
            found.look(panel, "off line")
        finally:
            wire.down = False
        agent.sees("Are you there?")
        agent.close_conversation()
        expect(visitor.panel.get_by_text("This chat was closed.")).to_be_visible()
        found.look(panel, "closed")


@pytest.mark.parametrize(("scheme", "direction"), looks_at())
def test_every_state_of_the_inbox(
    crowd: Crowd, company: Company, watch: Watch, scheme: str, direction: str
) -> None:
    out = crowd.profile(color_scheme=scheme).new_page()
    with checks(direction, watch) as found:
        out.goto(f"{company.base}/inbox?workspace={company.workspace_id}")
        expect(out.get_by_role("button", name="Sign in")).to_be_visible()
        found.look(out, "sign-in")
        out.goto(f"{company.base}/inbox/join?workspace={company.workspace_id}#nothing")
        expect(out.get_by_role("button", name="Join")).to_be_visible()
        found.look(out, "join")

        agent = crowd.agent("Ana", role="owner", color_scheme=scheme)
        agent.open_folder("Unassigned")
        expect(agent.page.get_by_text("Nobody is waiting")).to_be_visible()
        found.look(agent.page, "an empty folder")
        visitor = crowd.waiting_visitor()
        agent.open_conversation()
        found.look(agent.page, "a conversation that waits")
        agent.take()
        visitor.sees("Ana has joined the chat.")
        agent.say("Good morning!")
        visitor.say("Good morning to you!")
        agent.sees("Good morning to you!")
        found.look(agent.page, "a chat")
        _dialogs(agent, found)
        agent.close_conversation()
        agent.open_folder("Closed")
        agent.open_conversation()
        found.look(agent.page, "a closed conversation")
        for name in ("Chatbot", "Team", "Canned replies"):
            agent.page.get_by_role("link", name=name, exact=True).click()
            expect(agent.page.get_by_role("heading", level=1)).to_be_visible()
            found.look(agent.page, name)


def _dialogs(agent: AgentScreen, found: Checks) -> None:
    keyboard = agent.page.keyboard
    for opening, state in (("Control+k", "the palette"), ("?", "the list of keys")):
        agent.page.get_by_role("heading", level=1).click()
        keyboard.press(opening)
        expect(agent.page.get_by_role("dialog")).to_be_visible()
        found.look(agent.page, state)
        keyboard.press("Escape")
        expect(agent.page.get_by_role("dialog")).to_have_count(0)
    for button in ("Close", "Create lead"):
        agent.page.get_by_role("button", name=button, exact=True).click()
        expect(agent.page.get_by_role("dialog")).to_be_visible()
        found.look(agent.page, f"the dialog of {button}")
        keyboard.press("Escape")
    agent.page.get_by_role("button", name="Assign to an agent").click()
    found.look(agent.page, "the menu of agents")
    keyboard.press("Escape")
