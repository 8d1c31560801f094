"""R15: closed is closed for everybody and for good; leads and deals still come of it."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd


def test_a_closed_conversation_is_in_closed_for_all_and_takes_nothing_more(
    crowd: Crowd, company: Company
) -> None:
    ana, ben = crowd.agent("Ana"), crowd.agent("Ben")
    visitor = crowd.waiting_visitor()
    ana.open_folder("Unassigned")
    ana.open_conversation()
    ana.take()
    visitor.sees("Ana has joined the chat.")

    ana.close_conversation()

    expect(visitor.panel.get_by_text("This chat was closed.")).to_be_visible()
    expect(visitor.panel.get_by_role("textbox", name="Message")).to_have_count(0)
    for agent in (ana, ben):
        expect(agent.folder("Closed")).to_contain_text("1")
        agent.open_folder("Closed")
        agent.open_conversation()
        expect(agent.page.get_by_role("textbox", name="Message")).to_have_count(0)
        expect(agent.page.get_by_role("button", name="Assign to me")).to_have_count(0)
    ben.create("lead")
    expect(ben.outcomes.get_by_role("listitem")).to_have_count(1)


def test_the_visitor_may_begin_anew_after_it(crowd: Crowd, company: Company) -> None:
    ana = crowd.agent("Ana")
    visitor = crowd.waiting_visitor()
    ana.open_folder("Unassigned")
    ana.open_conversation()
    ana.take()
    visitor.sees("Ana has joined the chat.")
    ana.say("Goodbye then!")
    visitor.sees("Goodbye then!")
    ana.close_conversation()

    visitor.panel.get_by_role("button", name="Start a new chat").click()
    visitor.choose("Chat with us")

    visitor.sees("Goodbye then!", times=0)
    ana.open_folder("Unassigned")
    expect(ana.rows()).to_have_count(1)
