"""No violation that axe knows of in the editor of playbooks, in light and dark, in both directions of writing."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible import Checks, checks, looks_at
from tests.e2e.browser.watching import Watch
from tests.e2e.browser.words import EMAIL, LEAVE_DETAILS, ONLINE, WELCOME


@pytest.mark.parametrize(("scheme", "direction"), looks_at())
def test_every_state_of_the_editor(
    crowd: Crowd, company: Company, watch: Watch, scheme: str, direction: str
) -> None:
    owner = crowd.agent("Ana", role="editor", online=False, color_scheme=scheme)
    editor = EditorScreen(owner.page, company)
    page = owner.page
    with checks(direction, watch) as found:
        editor.open(company.playbook_id)
        page.get_by_role("button", name="Visits", exact=True).click()
        expect(page.locator(".pb-came").first).to_be_visible()
        found.look(page, "the cards, with their visits")
        _forms(editor, found)
        _dialogs(editor, found)
        page.get_by_role("button", name="Preview", exact=True).click()
        expect(page.frame_locator("iframe[title^=Panel]").get_by_text(WELCOME)).to_be_visible()
        found.look(page, "the preview")
        for part in ("Look", "Install", "Versions"):
            editor.part(part)
            expect(page.get_by_role("heading", level=2).first).to_be_visible()
            found.look(page, part)
        editor.part("Look")
        page.get_by_label("Colour", exact=True).fill("#ffee88")
        expect(page.get_by_text("is hard to read")).to_be_visible()
        found.look(page, "colours that cannot be read")


def _forms(editor: EditorScreen, found: Checks) -> None:
    for said in (WELCOME, ONLINE, LEAVE_DETAILS, EMAIL, "Qualified", "Create a lead"):
        editor.select(said)
        found.look(editor.page, f"the form of {said}")
    editor.add_after(LEAVE_DETAILS, "condition")
    found.look(editor.page, "a condition")
    editor.add_after(EMAIL, "capture")
    editor.pick("Detail", "A field of your own")
    editor.pick("Type", "One of several")
    editor.is_saved()
    expect(editor.form.get_by_role("list", name="Problems")).to_be_visible()
    editor.page.locator("summary").click()
    found.look(editor.page, "problems")


def _dialogs(editor: EditorScreen, found: Checks) -> None:
    page = editor.page
    editor.select(EMAIL)
    for key, state in (("Insert", "adding"), ("Delete", "deleting")):
        editor.card(EMAIL).press(key)
        expect(page.get_by_role("dialog")).to_be_visible()
        found.look(page, state)
        page.keyboard.press("Escape")
    editor.form.get_by_role("button", name="Move", exact=True).click()
    found.look(page, "the menu of moves")
    page.get_by_role("menuitem", name="Move to…").click()
    found.look(page, "moving")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Try on past visits").click()
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("walked again")
    found.look(page, "trying on past visits")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Publish", exact=True).click()
    found.look(page, "publishing")
    page.keyboard.press("Escape")
