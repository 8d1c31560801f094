"""A panel that was open is open again on the next page of the site, in the same tab, and bothers nobody."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.words import CHAT, ONLINE, WELCOME

FIELD = '<main><label>Search <input id="search" autofocus></label></main>'
PHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True}
NOTHING_IN_FRAMES = """
if (window !== top) for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
"""
NOTHING_AT_ALL = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
"""


def goes_on(visitor: VisitorScreen, host: Host) -> None:
    """To another page of the site, which is there when this returns."""
    visitor.page.goto(f"{host.url}/beans", wait_until="networkidle")
    expect(visitor.launcher).to_be_visible()


def is_closed(visitor: VisitorScreen) -> None:
    """And nothing is on its way."""
    expect(visitor.launcher).to_have_attribute("aria-expanded", "false")
    expect(visitor.launcher).to_have_accessible_name("Chat")


@pytest.mark.parametrize("strict", [False, True])
def test_it_is_open_again_and_takes_no_focus(
    crowd: Crowd, company: Company, host: Host, strict: bool
) -> None:
    if strict:
        host.is_strict(company.base)
    crowd.agent("Ana")
    visitor = crowd.waiting_visitor()
    host.body = FIELD

    goes_on(visitor, host)

    expect(visitor.launcher).to_have_attribute("aria-expanded", "true")
    visitor.sees(ONLINE)
    expect(visitor.page.get_by_label("Search")).to_be_focused()
    other = crowd.tab_of(visitor)
    is_closed(other)


def test_frames_without_a_storage_change_nothing(crowd: Crowd, host: Host) -> None:
    visitor = crowd.visitor()
    visitor.page.add_init_script(NOTHING_IN_FRAMES)
    visitor.arrive()
    visitor.open()
    visitor.sees(WELCOME)

    goes_on(visitor, host)

    expect(visitor.launcher).to_have_attribute("aria-expanded", "true")
    visitor.sees(WELCOME)


def test_without_any_storage_it_works_and_is_closed_on_the_next_page(crowd: Crowd, host: Host) -> None:
    visitor = crowd.visitor()
    visitor.page.add_init_script(NOTHING_AT_ALL)
    visitor.arrive()
    visitor.open()
    visitor.sees(WELCOME)

    goes_on(visitor, host)

    is_closed(visitor)


@pytest.mark.parametrize("how", ["the button", "close", "reset", "destroy"])
def test_who_or_what_has_closed_it_is_heeded_on_the_next_page(crowd: Crowd, host: Host, how: str) -> None:
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
    if how == "the button":
        visitor.close()
    else:
        visitor.calls(how)

    goes_on(visitor, host)

    is_closed(visitor)


def test_on_a_phone_it_covers_no_page_and_counts_what_is_unread(crowd: Crowd, host: Host) -> None:
    agent = crowd.agent("Ana")
    visitor = crowd.waiting_visitor(**PHONE)
    agent.open_folder("Unassigned")
    agent.open_conversation()
    agent.take()
    visitor.sees("Ana has joined the chat.")

    goes_on(visitor, host)
    is_closed(visitor)
    agent.say("Are you there?")

    expect(visitor.launcher).to_have_accessible_name("Chat (1 new)")


def test_a_chat_is_asked_for_on_one_page_and_answered_on_the_next(crowd: Crowd, host: Host) -> None:
    agent, visitor = crowd.agent("Ana"), crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
    goes_on(visitor, host)
    visitor.choose(CHAT)
    visitor.sees(ONLINE)
    goes_on(visitor, host)

    agent.open_folder("Unassigned")
    agent.open_conversation()
    agent.take()

    visitor.sees("Ana has joined the chat.")
