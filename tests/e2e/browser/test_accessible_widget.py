"""No violation that axe knows of where a visitor rarely comes; what failed is read out and reached by the keyboard."""

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible import checks, looks_at
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.watching import Watch
from tests.e2e.browser.wire import Wire
from tests.e2e.browser.words import CHAT, EMAIL, NAME, OFFLINE, THANKS, WELCOME
from tests.sample_files import PNG

PICTURE: FilePayload = {"name": "beans.png", "mimeType": "image/png", "buffer": PNG}
TEXT: FilePayload = {"name": "prices.txt", "mimeType": "text/plain", "buffer": b"Dark roast: 7.50\n"}
FAILED_WITHIN_MS = 40_000
SHORT_S = 6
LIVE = """(it) => {
  const region = it.closest("[aria-live], [role=alert], [role=status]");
  return region?.getAttribute("aria-live") !== "off" && region !== null;
}"""
"""Whether what changes here is read out."""


def is_focused(it: Locator) -> bool:
    return bool(it.evaluate("(it) => it === document.activeElement"))


def walks_to(visitor: VisitorScreen, it: Locator, keys: str) -> None:
    """By the keyboard alone."""
    for _ in range(12):
        visitor.page.keyboard.press(keys)
        if is_focused(it):
            return
    raise AssertionError("it is not reached")


@pytest.mark.parametrize(("scheme", "direction"), looks_at())
def test_the_offline_flow(crowd: Crowd, company: Company, watch: Watch, scheme: str, direction: str) -> None:
    company.waits(SHORT_S)
    crowd.agent("Ana")
    visitor = crowd.visitor(color_scheme=scheme)
    with checks(direction, watch) as found:
        visitor.open()
        visitor.choose(CHAT)
        visitor.sees(OFFLINE, within_ms=30_000)
        visitor.sees(NAME)
        found.look(visitor.frame, "nobody came: the name")
        visitor.gives("Name", "Vera")
        visitor.sees(EMAIL)
        visitor.field("E-mail").fill("vera@example.com")
        found.look(visitor.frame, "nobody came: the e-mail")
        visitor.field("E-mail").press("Enter")
        visitor.sees(THANKS)
        found.look(visitor.frame, "nobody came: the end")


@pytest.mark.fault
@pytest.mark.parametrize(("scheme", "direction"), looks_at())
def test_files_what_failed_the_end_and_earlier_chats(
    crowd: Crowd, wire: Wire, watch: Watch, scheme: str, direction: str
) -> None:
    agent, visitor = crowd.chatting("Ana")
    visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    with checks(direction, watch) as found:
        visitor.attaches(PICTURE)
        expect(visitor.log.get_by_role("img", name="beans.png")).to_be_visible()
        agent.attaches(TEXT)
        agent.say("These are the prices.")
        visitor.sees("These are the prices.")
        found.look(visitor.frame, "a chat with files")
        wire.down = True
        try:
            wire.cut_all()
            visitor.say("Are you there?")
            expect(visitor.panel.get_by_text("No connection")).to_be_visible()
            found.look(visitor.frame, "off line")
            expect(visitor.log.get_by_text("Not sent")).to_be_visible(timeout=FAILED_WITHIN_MS)
            found.look(visitor.frame, "a message that was not sent")
        finally:
            wire.down = False
        agent.sees("Are you there?")
        visitor.panel.get_by_role("button", name="End chat").click()
        ends = visitor.panel.get_by_role("dialog", name="End chat")
        expect(ends).to_be_visible()
        found.look(visitor.frame, "the question before the end")
        ends.get_by_role("button", name="End chat").click()
        visitor.panel.get_by_role("button", name="Start a new chat").click()
        visitor.sees(WELCOME)
        visitor.panel.get_by_role("button", name="Earlier chats").click()
        expect(visitor.panel.get_by_text("These are the prices.")).to_be_visible()
        found.look(visitor.frame, "earlier chats")


@pytest.mark.fault
def test_what_was_not_sent_is_read_out_and_tried_again_by_the_keyboard(crowd: Crowd, wire: Wire) -> None:
    agent, visitor = crowd.chatting("Ana")
    wire.down = True
    try:
        wire.cut_all()
        visitor.say("Never mind this.")
        visitor.say("This matters.")
        told = visitor.log.get_by_role("alert").get_by_text("Not sent")
        expect(told).to_be_visible(timeout=FAILED_WITHIN_MS)
        assert told.evaluate(LIVE)
        visitor.message.focus()
        walks_to(visitor, visitor.log.get_by_role("button", name="Delete"), "Shift+Tab")
        visitor.page.keyboard.press("Enter")
        expect(visitor.log.get_by_text("Never mind this.")).to_have_count(0)
        expect(visitor.message).to_be_focused()
        expect(told).to_be_visible(timeout=FAILED_WITHIN_MS)
        walks_to(visitor, visitor.log.get_by_role("button", name="Retry"), "Shift+Tab")
        visitor.page.keyboard.press("Enter")
        expect(told).to_have_count(0)
        expect(visitor.message).to_be_focused()
    finally:
        wire.down = False

    agent.sees("This matters.")
    agent.sees("Never mind this.", times=0)
