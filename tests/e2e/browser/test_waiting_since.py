"""Unassigned says how long each visitor has waited and how much is left; who waits anew stands behind the others."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.waiting import eventually_sync

LENGTH = re.compile(r"Waiting (?:(\d+)m)?\s*(?:(\d+)s)?")


def waited_s(row: Locator) -> int:
    """How long its visitor has waited, as the row says."""
    said = LENGTH.search(row.inner_text())
    assert said is not None, row.inner_text()
    return 60 * int(said[1] or 0) + int(said[2] or 0)


def test_a_visitor_whose_agent_was_removed_waits_behind_those_who_have_waited_longer(
    crowd: Crowd, company: Company
) -> None:
    owner = crowd.agent("Olga", role="owner")
    _, first = crowd.chatting("Nora")
    first.say("I was first")
    second = crowd.waiting_visitor()
    second.say("I wait")
    owner.open_folder("Unassigned")
    waiting = owner.row("I wait")
    expect(waiting.locator(".marks")).to_contain_text(re.compile(r"Waiting \d+s\s*\d+s left"))
    eventually_sync(lambda: waited_s(waiting) >= 3, what="a wait of some seconds")

    company.removes("Nora")

    expect(owner.rows()).to_have_count(2)
    for _ in range(2):
        expect(owner.rows().nth(0)).to_contain_text("I wait")
        expect(owner.rows().nth(1)).to_contain_text("I was first")
        expect(owner.rows().nth(1)).to_contain_text(re.compile(r"Waiting \d+s\s*\d+s left"))
        assert waited_s(owner.rows().nth(1)) + 2 < waited_s(owner.rows().nth(0))
        # Read anew it stands as it was told.
        owner.page.reload()
