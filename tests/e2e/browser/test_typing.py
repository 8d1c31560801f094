"""Each side sees when the other is typing, and no longer than they are."""

from playwright.sync_api import expect

from tests.e2e.browser.people import Crowd

SIGN_WITHIN_MS = 5_500
"""Sooner than who writes no more is forgotten by itself."""


def test_each_sees_that_the_other_is_typing_until_the_message_is_there(crowd: Crowd) -> None:
    agent, visitor = crowd.chatting("Ana")

    visitor.message.press_sequentially("Do you")
    expect(agent.page.get_by_text("The visitor is typing…")).to_be_visible()
    visitor.say("Do you ship?")
    agent.sees("Do you ship?")
    expect(agent.page.get_by_text("The visitor is typing…")).to_have_count(0)

    agent.message.press_sequentially("We")
    expect(visitor.panel.get_by_text("Ana is typing…")).to_be_visible()
    agent.say("We do.")
    visitor.sees("We do.")
    expect(visitor.panel.get_by_text("Ana is typing…")).to_have_count(0)

    # At once again, with one letter: sooner than the server takes another sign.
    agent.types()
    expect(visitor.panel.get_by_text("Ana is typing…")).to_be_visible(timeout=SIGN_WITHIN_MS)
    agent.message.fill("")
    expect(visitor.panel.get_by_text("Ana is typing…")).to_have_count(0, timeout=SIGN_WITHIN_MS)


def test_a_colleague_who_is_typing_is_shown_to_whoever_looks_along(crowd: Crowd) -> None:
    ana, visitor = crowd.chatting("Ana")
    ben = crowd.agent("Ben")
    ben.open_folder("Ana")
    ben.open_conversation()

    ana.message.press_sequentially("We")
    expect(ben.page.get_by_text("Ana is typing…")).to_be_visible()
    expect(ana.page.get_by_text("is typing…")).to_have_count(0)
    ana.say("We do.")
    ben.sees("We do.")
    expect(ben.page.get_by_text("Ana is typing…")).to_have_count(0)
    visitor.message.press_sequentially("Thank")
    for agent in (ana, ben):
        expect(agent.page.get_by_text("The visitor is typing…")).to_be_visible()
