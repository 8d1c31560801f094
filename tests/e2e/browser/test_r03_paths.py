"""R3: paths and their labels are edited on the question card; a path's first card is what the bot does then."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import BROWSE, CHAT, GOODBYE, WELCOME


def test_a_paths_label_and_its_cards(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    expect(editor.path(CHAT)).to_be_visible()
    expect(editor.path(BROWSE)).to_be_visible()

    editor.path(BROWSE).click()
    expect(editor.form.get_by_role("heading", level=2)).to_have_text("Question")
    expect(editor.form.get_by_label("Label of path 2")).to_be_focused()
    editor.write("Label of path 2", "Show me around")
    editor.form.get_by_role("button", name="Path 2: more").click()
    owner.page.get_by_role("menuitem", name="Add a card to this path").click()
    editor.choose_kind("message")
    editor.write("Message", "Gladly! Espresso is on the left.")
    editor.select(WELCOME)
    editor.form.get_by_role("button", name="Add a path").click()
    editor.write("Label of path 3", "I am from the press")
    editor.select("Nothing written yet")
    editor.write("Goodbye", "Write to press@example.com.")
    editor.is_saved()
    editor.publish()

    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
    visitor.choose("Show me around")
    visitor.sees("Gladly! Espresso is on the left.")
    visitor.sees(GOODBYE)
    press = crowd.visitor()
    press.open()
    press.choose("I am from the press")
    press.sees("Write to press@example.com.")


def test_a_draft_that_is_not_ready_is_refused_with_all_that_is_wrong(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    editor.select(WELCOME)
    editor.form.get_by_role("button", name="Add a path").click()
    editor.write("Question", "")
    editor.is_saved()
    page = owner.page
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog", name="Publish the draft")
    dialog.get_by_role("button", name="Publish now").click()

    problems = dialog.get_by_role("list", name="Problems")
    expect(problems.get_by_role("listitem")).to_have_count(2)
    problems.get_by_role("button", name="End").click()
    expect(dialog).to_have_count(0)
    expect(editor.form.get_by_role("heading", level=2)).to_have_text("End")
    expect(editor.form.get_by_role("list", name="Problems")).to_contain_text("says nothing")
    expect(editor.tree.locator(".pb-card.wrong")).to_have_count(2)
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
