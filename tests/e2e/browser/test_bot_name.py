"""The bot is called as its owner named it, wherever it speaks: in the panel and in the inbox."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import CHAT, OFFLINE, ONLINE, WELCOME
from tests.waiting import eventually_sync

NAME = "Robin Roast"
LOOK: dict[str, Any] = {
    "bot_name": NAME,
    "colour": "#1f5fd6",
    "text_colour": "#ffffff",
    "icon": "bot",
    "position": "right",
    "greeting": "",
    "language": "en",
}
SHORT_S = 6


@pytest.fixture
def named(company: Company) -> Company:
    """A company whose bot has a name of its own, of which its site knows."""
    company.post(f"playbooks/{company.playbook_id}/look", {"look": LOOK})
    eventually_sync(lambda: NAME in company.launcher(company.playbook_id), what="the launcher knows its name")
    return company


def test_visitors_and_agents_read_its_name(crowd: Crowd, named: Company) -> None:
    named.waits(SHORT_S)
    agent, visitor = crowd.agent("Ana"), crowd.visitor()

    visitor.open()
    visitor.sees(WELCOME)
    expect(visitor.title).to_have_text(NAME)
    expect(visitor.page.locator("iframe")).to_have_attribute("title", NAME)
    visitor.choose(CHAT)
    visitor.sees(ONLINE)
    agent.open_folder("Unassigned")
    agent.open_conversation()
    expect(agent.log.get_by_text(NAME, exact=True).first).to_be_visible()
    visitor.sees(OFFLINE, within_ms=30_000)

    expect(visitor.log.locator("li.bot .by", has_text=NAME).first).to_be_visible()
    expect(visitor.log.get_by_text("Bot", exact=True)).to_have_count(0)
    expect(agent.log.get_by_text(OFFLINE)).to_have_count(1)
    expect(agent.log.get_by_text("Bot", exact=True)).to_have_count(0)
