"""R11: an agent takes it: My conversations, the join line, the agent's name; of two at once one gets it."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd


def test_taking_moves_it_and_the_visitor_reads_who_joined(crowd: Crowd, company: Company) -> None:
    agent = crowd.agent("Ana")
    visitor = crowd.waiting_visitor()
    expect(visitor.title).to_have_text("Bot")
    agent.open_folder("Unassigned")
    agent.open_conversation()

    agent.take()

    visitor.sees("Ana has joined the chat.")
    expect(visitor.title).to_have_text("Ana")
    expect(agent.folder("My conversations")).to_contain_text("1")
    agent.open_folder("My conversations")
    expect(agent.rows()).to_have_count(1)
    agent.open_conversation()
    agent.say("Good morning!")
    visitor.sees("Good morning!")
    visitor.say("Do you ship to Brazil?")
    agent.sees("Do you ship to Brazil?")


def test_of_two_who_take_it_at_once_one_gets_it_and_the_other_reads_who(
    crowd: Crowd, company: Company
) -> None:
    both = {name: crowd.agent(name) for name in ("Ana", "Ben")}
    visitor = crowd.waiting_visitor()
    for agent in both.values():
        agent.open_folder("Unassigned")
        agent.open_conversation()

    crowd.at_once([*both.values()], "Assign to me")

    expect(visitor.log.get_by_text("has joined the chat.")).to_have_count(1)
    joined = visitor.log.get_by_text("has joined the chat.").inner_text()
    winner = next(name for name in both if joined.startswith(name))
    loser = next(name for name in both if name != winner)
    expect(both[winner].page.get_by_text("Assigned to you")).to_be_visible()
    expect(both[loser].page.get_by_text(f"Assigned to {winner}")).to_be_visible()
    told = both[loser].page.get_by_text(f"{winner} was faster and took this conversation.")
    expect(told.first).to_be_visible()
    expect(both[winner].page.get_by_text("was faster")).to_have_count(0)
    expect(both[loser].folder(winner)).to_contain_text("1")
