"""R16 on the screen: an assignment, what a tab says of itself, the sound, and kinds that an agent has switched off."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.notified import NOTES_HZ, Notified, Profiles, counted, struck

pytestmark = pytest.mark.whole_browser

NEW, MESSAGE, ASSIGNED = "New conversation", "New message", "Conversation assigned to you"
KIND_OF_MESSAGES = "New messages in my conversations"
DOTTED = """async () => {
  const picture = new Image();
  picture.src = document.querySelector("link[rel=icon]").href;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, 64, 64);
  const [red, green, blue] = pen.getImageData(46, 46, 1, 1).data;
  return red > 190 && green < 80 && blue < 80;
}"""
"""Whether the icon of the tab has its red dot."""


def assigned(screen: Notified, company: Company, conversation_id: str) -> None:
    """The owner, who is online, takes the conversation and gives it to the agent of this screen."""
    company.switch("online")
    screen.until(lambda: company.takes(conversation_id), "a colleague who takes it")
    passed(screen, company, conversation_id)


def passed(screen: Notified, company: Company, conversation_id: str) -> None:
    """The owner, who holds the conversation, gives it to the agent of this screen."""
    body = {"agent_id": me(screen), "expected_holder": company.agent_id}
    company.post(f"conversations/{conversation_id}/assign", body, service="conversation")


def given_away(screen: Notified, company: Company, conversation_id: str) -> None:
    """The agent of this screen gives the conversation to the owner, who is online."""
    company.switch("online")
    company.knows_online("Ana")
    body = {"agent_id": company.agent_id, "expected_holder": me(screen)}
    screen.ask("POST", f"conversation/conversations/{conversation_id}/assign", body)


def me(screen: Notified) -> str:
    return str(screen.ask("GET", "gateway/account")["agent_id"])


def titles(screen: Notified) -> list[str]:
    return [one["title"] for one in screen.shown()]


def test_an_assignment_is_told_once_by_tab_and_push_until_it_is_looked_at(
    profiles: Profiles, company: Company
) -> None:
    screen = profiles.agent("granted", watched=True)
    page = screen.page
    _, conversation_id = screen.asked_for()
    screen.until(lambda: titles(screen) == [NEW], "a notification")

    assigned(screen, company, conversation_id)
    screen.until(lambda: titles(screen) == [ASSIGNED], "the assignment")
    told = screen.pushed("assigned_to_you", conversation_id)
    screen.deliver(told)
    screen.deliver(told)

    assert screen.displayed == [f"conversation-{conversation_id}"] * 2
    expect(page).to_have_title(counted(1))
    page.get_by_role("list", name="Folders").get_by_role("link", name="My conversations").click()
    page.locator("[data-row]").click()
    expect(page.get_by_text("Assigned to you")).to_be_visible()
    expect(page).not_to_have_title(counted(1))
    screen.until(lambda: screen.shown() == [], "no notification")


def test_a_tab_wears_a_dot_and_a_count_as_long_as_something_waits(profiles: Profiles) -> None:
    screen = profiles.agent("granted", watched=True)
    page = screen.page
    screen.until(lambda: page.evaluate(DOTTED) is False, "a plain icon")
    plain = page.title()

    ids = [screen.asked_for()[1] for _ in range(2)]
    expect(page).to_have_title(f"(2) {plain}")
    screen.until(lambda: page.evaluate(DOTTED), "an icon with a dot")
    screen.takes(ids[0])
    expect(page).to_have_title(f"(1) {plain}")
    assert page.evaluate(DOTTED)

    screen.takes(ids[1])
    expect(page).to_have_title(plain)
    screen.until(lambda: page.evaluate(DOTTED) is False, "a plain icon again")


def test_one_tab_of_all_rings_and_none_once_the_sound_is_off(
    profiles: Profiles, listening: BrowserContext
) -> None:
    screen = profiles.agent("granted", watched=True, context=listening)
    pages = [screen.page, screen.another_tab()]
    for page in pages:
        # Browsers let no page sound that nobody has touched.
        page.get_by_role("heading", level=1).click()
    screen.asked_for()
    screen.until(lambda: sorted(struck(*pages)) == [[], NOTES_HZ], "the two notes, in one tab")
    assert [one["silent"] for one in screen.shown()] == [True]

    pages[1].goto(f"{screen.origin}/inbox/account")
    pages[1].get_by_role("checkbox", name="Play a sound").uncheck()
    pages[1].close()
    page = screen.page
    page.reload()
    page.get_by_role("heading", level=1).click()
    screen.asked_for()
    screen.until(lambda: len(screen.shown()) == 2, "a second notification")
    assert struck(page) == [[]]

    page.goto(f"{screen.origin}/inbox/account")
    page.get_by_role("checkbox", name="Play a sound").check()
    screen.asked_for()
    screen.until(lambda: struck(page) == [NOTES_HZ], "the two notes")


def test_a_kind_that_is_switched_off_is_not_shown_and_the_others_are(
    profiles: Profiles, company: Company
) -> None:
    screen = profiles.agent("granted", watched=True)
    page = screen.page
    page.goto(f"{screen.origin}/inbox/account")
    page.get_by_role("checkbox", name=KIND_OF_MESSAGES).uncheck()
    screen.until(lambda: screen.ask("GET", "notifier/choices")["off"] == ["new_message"], "the choice")

    visit, conversation_id = screen.asked_for()
    screen.until(lambda: titles(screen) == [NEW], "the new conversation")
    screen.takes(conversation_id)
    visit.say("Nobody is told of this")
    screen.until(lambda: screen.shown() == [], "no notification")
    # What comes after it is told: the message was decided by then.
    given_away(screen, company, conversation_id)
    passed(screen, company, conversation_id)
    screen.until(lambda: titles(screen) == [ASSIGNED], "the assignment")
    told = [screen.pushed(kind, conversation_id)["kind"] for kind in ("new_conversation", "assigned_to_you")]
    assert [one["kind"] for one in screen.pushes()] == told
    assert len(screen.displayed) == 2

    page.get_by_role("checkbox", name=KIND_OF_MESSAGES).check()
    screen.until(lambda: screen.ask("GET", "notifier/choices")["off"] == [], "the other choice")
    visit.say("And of this they are")
    screen.until(lambda: titles(screen) == [MESSAGE], "the message")
    assert screen.shown()[0]["body"] == "And of this they are"
