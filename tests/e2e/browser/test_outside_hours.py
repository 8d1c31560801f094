"""A Live Chat card's texts for outside the business hours: written in the editor, tried in its preview, and told."""

from typing import Any

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import CHAT, LEAVE_DETAILS, NAME, OFFLINE, ONLINE
from tests.waiting import eventually_sync

LATE_ONLINE, NOTE = "It is late, but somebody looks up.", "We are closed until {opens}."
CLOSED_TODAY: Any = {
    "time_zone": "Pacific/Kiritimati",
    "week": {},
    "special_days": [{"date": "2099-12-31", "intervals": [{"opens": "09:30", "closes": "10:00"}]}],
}
"""Closed for a long time, and then open on a day that is known."""
TOLD = "We are closed until Thursday, 31 December, 9:30."


def writes(editor: EditorScreen) -> None:
    """The texts, in the form of the card."""
    editor.select(ONLINE)
    editor.form.get_by_text("Outside business hours", exact=True).click()
    note = editor.form.get_by_label("Note outside business hours", exact=True)
    note.press_sequentially("No")
    # Without its only text the section is still there, and the cursor in it.
    note.press("Backspace")
    note.press("Backspace")
    expect(note).to_have_value("")
    editor.page.keyboard.type(NOTE)
    expect(note).to_have_value(NOTE)
    editor.write("Online message outside business hours", LATE_ONLINE)
    editor.is_saved()


def tries(editor: EditorScreen) -> None:
    """The preview says them outside the hours alone."""
    page = editor.page
    page.get_by_role("button", name="Preview", exact=True).click()
    panel = page.frame_locator("iframe[title^=Panel]")
    panel.get_by_role("button", name=CHAT, exact=True).click()
    expect(panel.get_by_text(ONLINE)).to_be_visible()
    page.get_by_text("Whom it plays").click()
    page.get_by_role("checkbox", name="Outside business hours").check()
    expect(panel.get_by_text(LATE_ONLINE)).to_be_visible()
    expect(panel.get_by_text(ONLINE)).to_have_count(0)
    page.get_by_label("Nobody is online").check()
    expect(panel.get_by_text("We are closed until Monday, 9:00.")).to_be_visible()
    expect(panel.get_by_text(LEAVE_DETAILS)).to_be_visible()
    page.get_by_role("button", name="Preview", exact=True).click()


def test_what_is_written_for_outside_the_hours_is_said_then(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    writes(editor)
    tries(editor)
    editor.publish("Late")
    company.post("hours", {"hours": CLOSED_TODAY, "expected_revision": 0}, service="gateway")

    def is_known() -> bool:
        visit = company.visit(company.playbook_id)
        visit.pick("welcome", "chat")
        eventually_sync(lambda: visit.waits_at() == "name", within_s=120, what="the offline flow")
        return TOLD in visit.said()

    eventually_sync(is_known, within_s=120, every_s=1, what="the hours are known")
    late = crowd.visitor()
    late.open()
    late.choose(CHAT)
    late.sees(TOLD)
    late.sees(LEAVE_DETAILS)
    late.sees(NAME)
    late.sees(OFFLINE, times=0)
    late.sees(LATE_ONLINE, times=0)

    owner.go_online()
    company.knows_online("Ana")
    lucky = crowd.visitor()
    lucky.open()
    lucky.choose(CHAT)
    lucky.sees(LATE_ONLINE)
    lucky.sees(ONLINE, times=0)
    lucky.sees(TOLD, times=0)
    expect(lucky.panel.get_by_role("timer")).to_be_visible()
