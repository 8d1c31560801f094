"""What happens while an agent is cut off, or their machine sleeps, is told once they are back: by title and sound."""

import re
import time

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.notified import NOTES_HZ, Notified, Profiles, counted, struck
from tests.e2e.browser.wire import Wire
from tests.waiting import eventually_sync

pytestmark = pytest.mark.whole_browser

WITHIN_MS = 20_000
SLEPT_S = 40.0
"""Longer than a silent socket is tried, and than the lists' margin for what was on its way."""


def cut(screen: Notified, wire: Wire) -> None:
    """Nobody gets through to the gateway, and the agent reads so."""
    wire.down = True
    wire.cut_all()
    expect(screen.page.get_by_text("Not connected")).to_be_visible(timeout=WITHIN_MS)


def back(screen: Notified, wire: Wire) -> None:
    """They get through again."""
    wire.down = False
    expect(screen.page.get_by_text("Not connected")).to_have_count(0, timeout=WITHIN_MS)


def test_who_asks_while_the_wire_is_down_is_told_of_once_also_where_notices_are_denied(
    profiles: Profiles, company: Company, listening: BrowserContext, wire: Wire
) -> None:
    screen = profiles.agent("denied", context=listening)
    company.knows_online("Ben")
    page, other = screen.page, screen.another_tab()
    for one in (page, other):
        # Browsers let no page sound that nobody has touched.
        one.get_by_role("heading", level=1).click()
    try:
        cut(screen, wire)
        screen.asked_for()
    finally:
        back(screen, wire)

    for one in (page, other):
        expect(one).to_have_title(counted(1), timeout=WITHIN_MS)
    screen.until(lambda: sorted(struck(page, other)) == [[], NOTES_HZ], "the two notes, in one tab")

    # A cut in which nothing happens tells nothing, and what comes after it is told by its notice alone.
    cut(screen, wire)
    back(screen, wire)
    _, second = screen.asked_for()
    for one in (page, other):
        expect(one).to_have_title(counted(2), timeout=WITHIN_MS)
    screen.until(lambda: sorted(struck(page, other)) == [[], NOTES_HZ * 2], "two notes more, in one tab")
    screen.takes(second)
    expect(page).to_have_title(counted(1), timeout=WITHIN_MS)


def test_what_is_given_in_a_cut_is_told_once_beside_its_push_and_what_is_taken_counts_no_more(
    profiles: Profiles, company: Company, wire: Wire
) -> None:
    screen = profiles.agent("granted", watched=True)
    company.knows_online("Ben")
    page = screen.page
    _, given = screen.asked_for()
    _, taken = screen.asked_for()
    expect(page).to_have_title(counted(2), timeout=WITHIN_MS)
    plain = re.sub(r"^\(\d+\) ", "", page.title())
    before = len(screen.displayed)
    me = str(screen.ask("GET", "gateway/account")["agent_id"])
    company.switch("online")
    screen.until(lambda: company.takes(given), "a colleague who takes one")
    expect(page).to_have_title(counted(1), timeout=WITHIN_MS)
    try:
        cut(screen, wire)
        body = {"agent_id": me, "expected_holder": company.agent_id}
        company.post(f"conversations/{given}/assign", body, service="conversation")
        # No socket keeps the colleague online.
        company.switch("online")
        screen.until(lambda: company.takes(taken), "a colleague who takes the other")
        told = screen.pushed("assigned_to_you", given)
        screen.deliver(told)
    finally:
        back(screen, wire)

    expect(page).to_have_title(f"(1) {plain}", timeout=WITHIN_MS)
    screen.until(lambda: [one["tag"] for one in screen.shown()] == [told["tag"]], "the assignment alone")
    cut(screen, wire)
    back(screen, wire)
    _, last = screen.asked_for()
    expect(page).to_have_title(f"(2) {plain}", timeout=WITHIN_MS)
    screen.until(lambda: screen.displayed[before:] == [told["tag"], f"conversation-{last}"], "each once")


def test_who_slept_is_told_once_of_what_began_meanwhile_however_long_it_was(
    profiles: Profiles, company: Company, wire: Wire
) -> None:
    company.waits(600)
    screen = profiles.agent("denied")
    company.knows_online("Ben")
    page = screen.page
    machine = page.context.new_cdp_session(page)
    began_at_s = 0.0
    try:
        machine.send("Page.setWebLifecycleState", {"state": "frozen"})
        wire.down = True
        wire.cut_all()
        waiting = asks(company)
        began_at_s = time.monotonic()
        eventually_sync(lambda: is_lost(company, "Ben"), within_s=60, what="Ben's connection is lost")
        eventually_sync(lambda: time.monotonic() - began_at_s > SLEPT_S, within_s=60, what="a long sleep")
    finally:
        wire.down = False
        machine.send("Page.setWebLifecycleState", {"state": "active"})

    expect(page).to_have_title(counted(1), timeout=WITHIN_MS)
    cut(screen, wire)
    back(screen, wire)
    company.knows_online("Ben")
    _, last = screen.asked_for()
    expect(page).to_have_title(counted(2), timeout=WITHIN_MS)
    screen.takes(waiting)
    screen.takes(last)
    expect(page).not_to_have_title(re.compile(r"^\(\d"), timeout=WITHIN_MS)


def asks(company: Company) -> str:
    """The conversation of a visitor who wants a person, found without a look at any agent's page."""
    visit = company.visit(company.playbook_id)
    visit.pick("welcome", "chat")
    return str(eventually_sync(lambda: visit.get()["conversation_id"], what="the conversation"))


def is_lost(company: Company, name: str) -> bool:
    """Whether the agent counts as offline."""
    agents = company.get("agents", service="presence")["items"]
    return any(one["name"] == name and not one["online"] for one in agents)
