"""R6: nobody takes it in the wait time → the offline message once, then the offline flow, whatever the visitor did.

With the panel open, closed, reloaded, or its socket cut at the deadline.
"""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.wire import Wire
from tests.e2e.browser.words import CHAT, LEAVE_DETAILS, NAME, OFFLINE, ONLINE, THANKS

SHORT_S = 6
DEADLINE_MS = 30_000
LEFT = re.compile(r"within (1:00|0:[1-5]\d)$")
"""Of the minute that the template's visitors wait."""


def stays(visitor: VisitorScreen, wire: Wire) -> None:
    """Looks on."""


def closes_the_panel(visitor: VisitorScreen, wire: Wire) -> None:
    visitor.close()
    visitor.page.wait_for_timeout(1_000 * SHORT_S)
    visitor.open()


def reloads(visitor: VisitorScreen, wire: Wire) -> None:
    visitor.page.wait_for_timeout(500 * SHORT_S)
    visitor.page.reload()
    visitor.open()


def is_cut_off(visitor: VisitorScreen, wire: Wire) -> None:
    wire.down = True
    try:
        wire.cut_all()
        visitor.page.wait_for_timeout(1_000 * (SHORT_S + 2))
    finally:
        wire.down = False


@pytest.mark.parametrize("does", [stays, closes_the_panel, reloads, is_cut_off])
def test_who_waits_in_vain_reads_so_once_and_leaves_their_details(
    crowd: Crowd, company: Company, wire: Wire, does: Callable[[VisitorScreen, Wire], None]
) -> None:
    company.waits(SHORT_S)
    crowd.agent("Ana")
    visitor = crowd.visitor()
    visitor.open()
    visitor.choose(CHAT)
    visitor.sees(ONLINE)

    does(visitor, wire)

    visitor.sees(OFFLINE, within_ms=DEADLINE_MS)
    visitor.sees(LEAVE_DETAILS)
    visitor.sees(NAME)
    visitor.leaves_details()
    visitor.sees(THANKS)
    visitor.sees(OFFLINE)
    visitor.sees(ONLINE)


@pytest.mark.parametrize("ahead", [dt.timedelta(minutes=3), dt.timedelta(minutes=-3)])
def test_the_time_left_is_the_servers_whatever_the_visitors_clock_says(
    crowd: Crowd, ahead: dt.timedelta
) -> None:
    crowd.agent("Ana")
    visitor = crowd.visitor()
    visitor.page.clock.install(time=dt.datetime.now(dt.UTC) + ahead)
    visitor.page.reload()
    visitor.open()
    visitor.choose(CHAT)

    left = visitor.panel.get_by_role("timer")
    expect(left).to_have_text(LEFT)
    visitor.page.reload()
    visitor.open()
    expect(left).to_have_text(LEFT)


def missed(agent: AgentScreen) -> None:
    """The first conversation of Unassigned is marked."""
    agent.open_folder("Unassigned")
    expect(agent.row().get_by_text("Missed", exact=True)).to_be_visible(timeout=DEADLINE_MS)


def test_a_missed_chat_stays_in_unassigned_and_can_still_be_taken(crowd: Crowd, company: Company) -> None:
    company.waits(SHORT_S)
    agent = crowd.agent("Ana")
    visitor = crowd.visitor()
    visitor.open()
    visitor.choose(CHAT)
    missed(agent)

    agent.open_conversation()
    agent.take()

    visitor.sees("Ana has joined the chat.")
    agent.say("Sorry that it took so long!")
    visitor.sees("Sorry that it took so long!")
    visitor.say("Never mind.")
    agent.sees("Never mind.")
    expect(visitor.panel.get_by_label("Name", exact=True)).to_have_count(0)
