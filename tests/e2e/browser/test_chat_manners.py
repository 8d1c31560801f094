"""What people expect of any chat: what was seen, what is unread, files, ends, and what did not arrive."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.wire import Wire
from tests.e2e.browser.words import CHAT, WELCOME
from tests.sample_files import NOT_TAKEN, PNG

PICTURE: FilePayload = {"name": "beans.png", "mimeType": "image/png", "buffer": PNG}
TEXT: FilePayload = {"name": "prices.txt", "mimeType": "text/plain", "buffer": b"Dark roast: 7.50\n"}
DRAWING: FilePayload = {"name": "beans.svg", "mimeType": "image/svg+xml", "buffer": NOT_TAKEN["svg"]}
SEEN_BEFORE_LAST = re.compile(r"Hello to you!\s*Seen(?:(?!Seen).)*Still there\?\s*$", re.DOTALL)
SEEN_FIRST = re.compile(r"Good morning!\s*Seen(?:(?!Seen).)*We have two kinds\.(?:(?!Seen).)*$", re.DOTALL)
SEEN_LAST = re.compile(r"Hello to you!(?:(?!Seen).)*Still there\?\s*Seen\s*$", re.DOTALL)
IN_ORDER = re.compile(r"The first\..*The second\..*The third\.", re.DOTALL)
SLOWLY = """() => {
  const soon = setTimeout;
  globalThis.setTimeout = (run, ms) => soon(run, ms === 400 ? 4_000 : ms);
}"""
"""What was seen is told later than it is, and what comes meanwhile is there then."""
FAILED_WITHIN_MS = 40_000


def is_shown(log: Locator, name: str) -> None:
    """The picture is there, and has been decoded."""
    picture = log.get_by_role("img", name=name)
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 1)


def saves(screen: AgentScreen | VisitorScreen, file: FilePayload) -> None:
    """The file can be saved, and is what was sent."""
    with screen.page.expect_download() as saved:
        screen.log.get_by_role("button", name=f"Save {file['name']}").click()
    assert saved.value.suggested_filename == file["name"]
    assert Path(saved.value.path()).read_bytes() == file["buffer"]


def test_seen_stands_below_what_the_other_has_had_on_their_screen(crowd: Crowd) -> None:
    agent, visitor = crowd.chatting("Ana")
    seen_by_visitor = agent.log.get_by_text("Seen", exact=True)
    seen_by_agent = visitor.log.get_by_text("Seen", exact=True)

    visitor.say("Hello!")
    expect(seen_by_agent).to_have_count(1)
    agent.say("Hello to you!")
    expect(seen_by_visitor).to_have_count(1)

    visitor.close()
    agent.say("Still there?")
    expect(visitor.launcher).to_have_accessible_name("Chat (1 new)")
    expect(agent.log).to_contain_text(SEEN_BEFORE_LAST)
    visitor.open()
    expect(agent.log).to_contain_text(SEEN_LAST)
    expect(seen_by_visitor).to_have_count(1)


def test_what_is_unread_is_counted_on_the_closed_launcher_and_in_the_row(crowd: Crowd) -> None:
    agent, visitor = crowd.chatting("Ana")

    visitor.close()
    for text in ("We have two kinds.", "Dark and light."):
        agent.say(text)
    expect(visitor.launcher).to_have_accessible_name("Chat (2 new)")
    expect(visitor.launcher).to_have_text("2")
    visitor.open()
    visitor.sees("Dark and light.")
    expect(visitor.launcher).to_have_accessible_name("Chat")
    expect(visitor.launcher).to_have_text("")

    agent.open_folder("My conversations")
    for text in ("Dark, please.", "Two bags."):
        visitor.say(text)
    expect(agent.row()).to_contain_text("2 unread")
    agent.open_conversation()
    expect(agent.row()).not_to_contain_text("unread")


def test_what_comes_after_the_panel_was_closed_is_unread_also_while_it_is_told_what_was_seen(
    crowd: Crowd,
) -> None:
    agent, visitor = crowd.chatting("Ana")
    visitor.frame.evaluate(SLOWLY)
    agent.say("Good morning!")
    visitor.sees("Good morning!")

    with visitor.page.expect_response("**/read"):
        visitor.close()
        agent.say("We have two kinds.")
        expect(visitor.launcher).to_have_accessible_name("Chat (1 new)")
    agent.say("Dark and light.")

    expect(visitor.launcher).to_have_accessible_name("Chat (2 new)")
    expect(agent.log).to_contain_text(SEEN_FIRST)


def test_a_picture_is_shown_to_both_and_a_text_is_saved_whoever_sent_it(crowd: Crowd) -> None:
    agent, visitor = crowd.chatting("Ana")

    visitor.attaches(PICTURE)
    is_shown(agent.log, "beans.png")
    is_shown(visitor.log, "beans.png")
    agent.attaches(TEXT)
    agent.say("These are the prices.")

    visitor.sees("These are the prices.")
    saves(visitor, TEXT)
    saves(agent, TEXT)
    saves(agent, PICTURE)


def test_an_agent_sends_a_picture_without_words_and_a_visitor_a_text(crowd: Crowd) -> None:
    agent, visitor = crowd.chatting("Ana")

    agent.attaches(PICTURE)
    agent.page.get_by_role("button", name="Send", exact=True).click()
    is_shown(visitor.log, "beans.png")
    visitor.attaches(TEXT)

    saves(agent, TEXT)


def test_a_file_that_could_be_a_page_is_refused_in_words_on_both_sides(crowd: Crowd) -> None:
    agent, visitor = crowd.chatting("Ana")

    visitor.attaches(DRAWING)
    expect(visitor.log.get_by_text("Files of this type are not taken.")).to_be_visible()
    visitor.log.get_by_role("button", name="Delete").click()
    expect(visitor.log.get_by_text("beans.svg")).to_have_count(0)

    agent.attaches(DRAWING)
    refused = agent.page.get_by_role("alert").get_by_text("Files of this type are not taken.")
    expect(refused).to_be_visible()
    agent.page.get_by_role("button", name="Remove beans.svg").click()
    agent.say("A photo would do.")
    visitor.sees("A photo would do.")
    agent.sees("beans.svg", times=0)


def test_a_visitor_ends_the_chat_once_they_are_sure_and_everybody_reads_so(crowd: Crowd) -> None:
    agent, visitor = crowd.chatting("Ana")

    visitor.panel.get_by_role("button", name="End chat").click()
    asked = visitor.panel.get_by_role("dialog", name="End chat")
    asked.get_by_role("button", name="Cancel").click()
    visitor.say("One thing more.")
    agent.sees("One thing more.")
    visitor.ends_chat()

    expect(visitor.panel.get_by_text("You ended this chat.")).to_be_visible()
    expect(visitor.message).to_have_count(0)
    agent.sees("The visitor ended the conversation")
    expect(agent.message).to_have_count(0)
    expect(agent.folder("Closed")).to_contain_text("1")


def test_in_a_new_visit_the_earlier_chat_is_there_to_be_read(crowd: Crowd) -> None:
    agent, visitor = crowd.chatting("Ana")
    agent.say("Come again!")
    visitor.sees("Come again!")
    visitor.ends_chat()

    visitor.panel.get_by_role("button", name="Start a new chat").click()
    visitor.sees(WELCOME)
    earlier = visitor.panel.get_by_role("region", name="Earlier chats")
    earlier.get_by_role("button", name="Earlier chats").click()

    expect(earlier.get_by_text("Come again!")).to_have_count(1)
    visitor.sees("Come again!", times=0)
    earlier.get_by_role("button", name="Hide earlier chats").click()
    expect(earlier.get_by_text("Come again!")).to_have_count(0)


def test_chats_before_those_are_asked_for_one_page_after_the_other_and_anew_in_the_next_visit(
    crowd: Crowd,
) -> None:
    agent, visitor = crowd.agent("Ana"), crowd.visitor()
    # Pages of one chat instead of twenty.
    visitor.page.route(
        "**/gateway/visitor/conversations?*",
        lambda route: route.continue_(url=route.request.url.replace("limit=20", "limit=1")),
    )
    visitor.open()
    for said in ("the first", "the second", "the third"):
        visitor.choose(CHAT)
        visitor.say(said)
        agent.open_folder("Unassigned")
        agent.open_conversation()
        agent.sees(said)
        visitor.ends_chat()
        visitor.panel.get_by_role("button", name="Start a new chat").click()
        visitor.sees(WELCOME)
    earlier = visitor.panel.get_by_role("region", name="Earlier chats")
    before = earlier.get_by_role("button", name="Show chats before these")
    earlier.get_by_role("button", name="Earlier chats").click()
    told = earlier.get_by_text(re.compile("the (first|second|third|fourth)"))
    expect(told).to_have_text(["the third"])

    before.click()
    expect(told).to_have_text(["the second", "the third"])
    visitor.page.route("**/transcript?*", lambda route: route.abort())
    before.click()
    expect(earlier.get_by_role("alert")).to_have_text("That did not work. Please try again.")
    visitor.page.unroute("**/transcript?*")
    before.click()

    expect(told).to_have_text(["the first", "the second", "the third"])
    expect(earlier.get_by_role("alert")).to_have_count(0)
    expect(before).to_have_count(0)
    expect(earlier.get_by_role("button", name="Hide earlier chats")).to_be_focused()

    visitor.choose(CHAT)
    visitor.say("the fourth")
    visitor.sees("the fourth")
    visitor.ends_chat()
    visitor.panel.get_by_role("button", name="Start a new chat").click()
    expect(told).to_have_count(0)
    earlier.get_by_role("button", name="Earlier chats").click()
    expect(told).to_have_text(["the fourth"])
    before.click()
    expect(told).to_have_text(["the third", "the fourth"])


@pytest.mark.fault
@pytest.mark.parametrize("who", ["visitor", "agent"])
def test_what_is_not_taken_for_a_while_is_tried_again_by_itself_and_stands_once_in_order(
    crowd: Crowd, who: str
) -> None:
    agent, visitor = crowd.chatting("Ana")
    writes: AgentScreen | VisitorScreen = visitor if who == "visitor" else agent
    reads: AgentScreen | VisitorScreen = agent if who == "visitor" else visitor
    messages = "**/conversations/*/messages"
    writes.page.route(messages, lambda route: route.fulfill(status=503))

    for text in ("The first.", "The second.", "The third."):
        writes.say(text)
    expect(writes.log.get_by_text("Not sent")).to_be_visible(timeout=FAILED_WITHIN_MS)
    expect(writes.log.get_by_text("Sending…")).to_have_count(0)
    # The socket has stood all the while, and nobody presses anything.
    writes.page.unroute(messages)

    expect(reads.log).to_contain_text(IN_ORDER, timeout=FAILED_WITHIN_MS)
    for text in ("The first.", "The second.", "The third."):
        reads.sees(text)
        writes.sees(text)
    expect(writes.log.get_by_text("Not sent")).to_have_count(0)


@pytest.mark.fault
@pytest.mark.parametrize("who", ["visitor", "agent"])
def test_what_reached_nobody_is_deleted_or_tried_again(crowd: Crowd, wire: Wire, who: str) -> None:
    agent, visitor = crowd.chatting("Ana")
    writes: AgentScreen | VisitorScreen = visitor if who == "visitor" else agent
    reads: AgentScreen | VisitorScreen = agent if who == "visitor" else visitor
    not_sent = writes.log.get_by_text("Not sent")

    wire.down = True
    try:
        wire.cut_all()
        writes.say("Never mind this.")
        expect(not_sent).to_be_visible(timeout=FAILED_WITHIN_MS)
        writes.log.get_by_role("button", name="Delete").click()
        expect(writes.log.get_by_text("Never mind this.")).to_have_count(0)
        writes.say("This matters.")
        expect(not_sent).to_be_visible(timeout=FAILED_WITHIN_MS)
        writes.log.get_by_role("button", name="Retry").click()
        expect(writes.log.get_by_text("Sending…")).to_be_visible()
    finally:
        wire.down = False

    expect(reads.log.get_by_text("This matters.")).to_have_count(1, timeout=FAILED_WITHIN_MS)
    expect(writes.log.get_by_text("This matters.")).to_have_count(1)
    expect(writes.log.get_by_text("Sending…")).to_have_count(0)
    expect(reads.log.get_by_text("Never mind this.")).to_have_count(0)
