"""Nothing of the inbox is cut off where the screen is narrow, nor by what people send."""

import pytest
from playwright.sync_api import FilePayload, ViewportSize, expect

from tests.e2e.browser.people import Crowd

LONG = "a-word-that-does-not-end-" * 6
PAPER = FilePayload(name="the-name-of-a-file-" * 8 + ".txt", mimeType="text/plain", buffer=b"Beans, 5 kg")
PHONE = ViewportSize(width=375, height=667)
INSIDE = """(log) => log.scrollWidth <= log.clientWidth && [...log.querySelectorAll(".bubble, .said-by, button")]
  .every((it) => it.getBoundingClientRect().right <= log.getBoundingClientRect().right + 1)"""
WHOLE = "document.documentElement.scrollWidth <= innerWidth"


@pytest.mark.parametrize("width", [375, 900, 1280])
def test_a_long_word_or_name_of_a_file_makes_no_chat_wider(crowd: Crowd, width: int) -> None:
    agent, visitor = crowd.chatting("Ana")
    agent.page.set_viewport_size({"width": width, "height": 800})
    visitor.attaches(PAPER)
    visitor.say(LONG)
    agent.sees(LONG)
    agent.attaches(PAPER)
    agent.say(LONG)
    agent.sees(LONG, times=2)
    expect(agent.log.get_by_role("button", name=f"Save {PAPER['name']}")).to_have_count(2)
    agent.page.route("**/messages", lambda route: route.fulfill(status=500, body="{}"))
    agent.say(f"{LONG} again")
    expect(agent.log.get_by_text("Not sent")).to_be_visible()

    assert agent.log.evaluate(INSIDE)
    assert agent.page.evaluate(WHOLE)
    assert visitor.log.evaluate(INSIDE)


def test_the_navigation_of_a_phone_is_put_away_again(crowd: Crowd) -> None:
    agent = crowd.agent("Ana")
    page = agent.page
    page.set_viewport_size(PHONE)
    opener = page.get_by_role("button", name="Menu", exact=True)
    navigation = page.get_by_role("navigation")
    expect(page.get_by_text("Online", exact=True).first).to_be_visible()
    expect(navigation).to_be_hidden()

    opener.click()
    expect(navigation).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(navigation).to_be_hidden()
    expect(opener).to_be_focused()

    opener.click()
    page.get_by_role("button", name="Account: Ana").click()
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    expect(navigation).to_be_visible()
    page.mouse.click(360, 400)
    expect(navigation).to_be_hidden()

    opener.click()
    agent.open_folder("Closed")
    expect(navigation).to_be_hidden()


def test_what_is_looked_for_everywhere_is_not_headed_by_a_folder(crowd: Crowd) -> None:
    agent = crowd.agent("Ana")
    agent.open_folder("Closed")
    box = agent.page.get_by_role("searchbox")

    box.fill("zzzz")

    title = agent.page.get_by_role("heading", level=1)
    expect(title).to_have_text("Found conversations")
    agent.page.get_by_role("button", name="Only in Closed").click()
    expect(title).to_have_text("Closed")
    box.press("Escape")
    expect(title).to_have_text("Closed")
