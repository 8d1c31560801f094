"""The palette reaches what has no key of its own: canned replies, views, colleagues, and what is made of a chat."""

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.people import Crowd

NARROW: ViewportSize = {"width": 1_000, "height": 800}


def picks(agent: AgentScreen, typed: str) -> None:
    """Types into the palette and takes the first."""
    agent.page.keyboard.press("Control+k")
    agent.page.get_by_role("combobox", name="What do you want to do?").fill(typed)
    agent.page.keyboard.press("Enter")


@pytest.mark.parametrize("narrow", [False, True])
def test_a_chat_is_given_away_made_a_deal_of_and_replies_are_gone_to_by_keys(
    crowd: Crowd, narrow: bool
) -> None:
    crowd.agent("Ben")
    ana = crowd.agent("Ana")
    crowd.waiting_visitor()
    ana.open_folder("Unassigned")
    ana.open_conversation()
    if narrow:
        ana.page.set_viewport_size(NARROW)

    picks(ana, "Create deal")
    dialog = ana.page.get_by_role("dialog", name="Create deal")
    expect(dialog).to_be_visible()
    ana.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    if narrow:
        ana.page.keyboard.press("Escape")

    picks(ana, "Assign to Ben")
    expect(ana.page.get_by_text("Assigned to Ben")).to_be_visible()
    picks(ana, "Canned")
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("Canned replies")
