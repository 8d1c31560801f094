"""R5: with an agent online the visitor gets the online message and a conversation; else the offline flow, at once."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import CHAT, LEAVE_DETAILS, NAME, OFFLINE, ONLINE, THANKS


def test_with_somebody_online_there_is_a_live_chat(crowd: Crowd, company: Company) -> None:
    agent, visitor = crowd.agent("Ana"), crowd.visitor()

    visitor.open()
    visitor.choose(CHAT)

    visitor.sees(ONLINE)
    visitor.sees(LEAVE_DETAILS, times=0)
    agent.open_folder("Unassigned")
    agent.open_conversation()
    agent.sees(ONLINE)


def test_with_nobody_online_the_offline_flow_begins_at_once(crowd: Crowd) -> None:
    agent, visitor = crowd.agent("Ana", online=False), crowd.visitor()

    visitor.open()
    visitor.choose(CHAT)

    visitor.sees(LEAVE_DETAILS)
    visitor.sees(NAME)
    visitor.sees(ONLINE, times=0)
    visitor.sees(OFFLINE, times=0)
    agent.open_folder("Unassigned")
    expect(agent.page.get_by_text("Nobody is waiting")).to_be_visible()


def test_the_offline_flow_asks_again_for_what_cannot_be_and_ends_with_thanks(crowd: Crowd) -> None:
    visitor = crowd.visitor()
    visitor.open()
    visitor.choose(CHAT)
    visitor.sees(NAME)

    visitor.gives("Name", "Vera")
    visitor.gives("E-mail", "vera.example.com")
    assert visitor.field("E-mail").evaluate(
        "(it) => it.validity.typeMismatch"
    )  # The browser itself holds it back.
    visitor.gives("E-mail", "vera@example.com")

    visitor.sees(THANKS)
    visitor.sees("vera@example.com")
