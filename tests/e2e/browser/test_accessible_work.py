"""No violation that axe knows of in lists that are searched, narrowed, empty or not to be read, in all four looks."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Frame, Page, Route, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible import Checks, checks, looks_at
from tests.e2e.browser.test_inbox_work import found
from tests.e2e.browser.watching import Watch

BROKEN = '{"type":"about:blank","title":"Broken","status":500,"code":"unexpected","detail":"Broken"}'
TRIED_MS = 15_000
"""So long a page may try before it says that it cannot."""


class Looks:
    """States, looked at in light and dark, written both ways."""

    def __init__(self, by_direction: dict[str, Checks]) -> None:
        self._by_direction, self._states = by_direction, 0

    def look(self, page: Page, state: str, frame: Frame | None = None) -> None:
        """Where the page was before, it is afterwards; of a frame, if one is named, and not of the page around it."""
        at = frame or page
        self._states += 1
        for scheme, direction in looks_at(self._states):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            self._by_direction[direction].look(at, f"{state} ({scheme}, {direction})")
        page.emulate_media(color_scheme=None)
        at.evaluate("document.documentElement.removeAttribute('dir')")

    def dialog(self, page: Page, *way: str) -> None:
        """What these buttons and items lead to, which Escape closes."""
        page.get_by_role("button", name=way[0], exact=True).first.click()
        for item in way[1:]:
            page.get_by_role("menuitem", name=item).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        self.look(page, f"the dialog of {way[-1]}")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.fixture
def looks(watch: Watch) -> Iterator[Looks]:
    """Fails with everything that was wrong in any of them."""
    with ExitStack() as all_of:
        yield Looks({way: all_of.enter_context(checks(way, watch)) for way in ("ltr", "rtl")})


def broken(route: Route) -> None:
    """The services cannot answer."""
    route.fulfill(status=500, content_type="application/problem+json", body=BROKEN)


def test_lists_that_are_searched_empty_or_could_not_be_read(crowd: Crowd, looks: Looks) -> None:
    crowd.agent("Ben")
    agent, visitor = crowd.chatting("Ana")
    visitor.say("Do you sell cardamom?")
    agent.sees("cardamom")
    found(agent, "cardamom")
    looks.look(agent.page, "what was found")
    agent.page.get_by_role("searchbox").fill("zzzz")
    expect(agent.page.get_by_text("Nothing was found")).to_be_visible()
    looks.look(agent.page, "nothing was found")
    agent.page.get_by_role("searchbox").press("Escape")
    for folder, said in (("Ben", "This agent holds no conversation"), ("Closed", "Nothing was closed yet")):
        agent.open_folder(folder)
        expect(agent.page.get_by_text(said)).to_be_visible()
        looks.look(agent.page, said)
    agent.page.get_by_role("button", name="Missed").click()
    expect(agent.page.get_by_text("Nothing here matches")).to_be_visible()
    looks.look(agent.page, "a narrowed list")
    looks.dialog(agent.page, "Save as view")

    agent.page.route("**/api/**", broken)
    agent.page.get_by_role("button", name="Unread").click()
    expect(agent.page.get_by_role("alert")).to_be_visible(timeout=TRIED_MS)
    looks.look(agent.page, "a list that could not be read")
    agent.goes_to("Canned replies")
    expect(agent.page.get_by_role("alert")).to_be_visible(timeout=TRIED_MS)
    looks.look(agent.page, "a page that could not be read")
    agent.page.unroute("**/api/**")


def test_rows_and_colleagues_that_left_while_the_pointer_is_on_the_list(
    crowd: Crowd, company: Company, looks: Looks
) -> None:
    ben, _ = crowd.agent("Ben"), crowd.agent("Cora")
    ana, visitor = crowd.chatting("Ana")
    ana.open_folder("My conversations")
    ana.row().hover()
    visitor.say("Are you still there?")
    expect(ana.row().locator(".unread")).to_be_visible()

    ben.open_folder("Ana")
    ben.open_conversation()
    ben.assign_to("Cora")

    expect(ana.page.locator(".list-row.left .unread")).to_be_visible()
    looks.look(ana.page, "a row that left")

    ana.folder("Ben").hover()
    ben.page.close()
    company.removes("Ben")
    expect(ana.folder("Ben")).to_contain_text("Not available any more")
    expect(ana.folder("Ben")).to_have_attribute("aria-disabled", "true")
    looks.look(ana.page, "a colleague who left")
