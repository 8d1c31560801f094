"""R10: the visitor's choice makes exactly one conversation, in Unassigned, with what the bot already learned."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import CHAT, ONLINE, WELCOME


def test_a_choice_that_is_clicked_twice_makes_one_conversation(crowd: Crowd, company: Company) -> None:
    agent = crowd.agent("Ana")
    visitor = crowd.visitor()
    visitor.open()

    visitor.panel.get_by_role("button", name=CHAT, exact=True).dblclick()

    visitor.sees(ONLINE)
    agent.open_folder("Unassigned")
    expect(agent.rows()).to_have_count(1)
    agent.open_conversation()
    for said in (WELCOME, CHAT, ONLINE):
        agent.sees(said)


def test_two_tabs_of_one_visitor_are_one_conversation(crowd: Crowd, company: Company) -> None:
    agent = crowd.agent("Ana")
    first = crowd.visitor()
    first.open()
    first.sees(WELCOME)
    second = crowd.tab_of(first)
    second.open()
    second.sees(WELCOME)

    first.choose(CHAT)

    first.sees(ONLINE)
    second.sees(ONLINE)
    agent.open_folder("Unassigned")
    expect(agent.rows()).to_have_count(1)


def test_what_the_bot_learned_is_there(crowd: Crowd, company: Company) -> None:
    company.asks_for_the_name_first()
    agent = crowd.agent("Ana")
    visitor = crowd.visitor()
    visitor.open()
    visitor.gives("Name", "Vera Lima")
    visitor.choose(CHAT)
    visitor.sees(ONLINE)

    agent.open_folder("Unassigned")
    agent.open_conversation("Vera Lima")

    agent.sees_last("Vera Lima")
    expect(agent.details.get_by_label("Name", exact=True).first).to_have_value("Vera Lima")
