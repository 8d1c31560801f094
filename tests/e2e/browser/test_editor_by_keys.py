"""The editor without a pointer: from the template to a version that is used again, by keys alone."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import LEAVE_DETAILS, NAME, ONLINE, WELCOME

TABS_MAX = 60
WALKED = "Visitors get this one"
IS_FOCUSED = "(it) => it === document.activeElement"


def goes_to(page: Page, to: Locator, key: str = "Tab") -> None:
    """By Tab, until it has the focus."""
    expect(to).to_be_visible()
    for _ in range(TABS_MAX):
        if to.evaluate(IS_FOCUSED):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never comes to {to}")


def presses(page: Page, to: Locator) -> None:
    """Goes there, and does what it does."""
    goes_to(page, to)
    page.keyboard.press("Enter")


def writes(page: Page, to: Locator, text: str) -> None:
    """Goes to a field, and writes this in place of what is there."""
    goes_to(page, to)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def part(page: Page, name: str) -> Locator:
    """The way to a part of the playbook."""
    parts = page.get_by_role("navigation", name="Parts of the playbook")
    return parts.get_by_role("link", name=name, exact=True)


def makes_one(page: Page) -> None:
    """A playbook from the template, with its site, active; its editor is open then."""
    presses(page, page.get_by_role("link", name="Chatbot", exact=True))
    presses(page, page.get_by_role("button", name="Set up Live Chat"))
    dialog = page.get_by_role("dialog")
    presses(page, dialog.get_by_role("button", name="New from a template"))
    writes(page, dialog.get_by_label("Name", exact=True), "Beans")
    presses(page, dialog.get_by_role("button", name="Continue"))
    writes(page, dialog.get_by_role("textbox", name="Sites"), "https://shop.example.com")
    presses(page, dialog.get_by_role("button", name="Continue"))
    presses(page, dialog.get_by_role("button", name="Activate"))
    expect(dialog.get_by_role("textbox", name="Snippet")).to_be_visible()
    presses(page, dialog.get_by_role("button", name="Done"))
    expect(dialog).to_have_count(0)
    playbook = page.get_by_role("article", name="Beans")
    presses(page, playbook.get_by_role("button", name="Edit", exact=True))


def test_from_the_template_to_a_version_that_is_used_again(crowd: Crowd, company: Company) -> None:
    page = crowd.agent("Ana", role="owner", online=False).page
    keyboard = page.keyboard
    makes_one(page)
    editor = EditorScreen(page, company)
    editor.is_open()

    goes_to(page, editor.card(WELCOME))
    keyboard.press("Enter")
    writes(page, editor.form.get_by_label("Label of path 1", exact=True), "Talk to us")
    editor.is_saved()
    expect(editor.path("Talk to us")).to_be_visible()
    goes_to(page, editor.card(WELCOME), "Shift+Tab")
    for said in (ONLINE, LEAVE_DETAILS, NAME):
        keyboard.press("ArrowDown")
        expect(editor.card(said)).to_be_focused()
    keyboard.press("Alt+ArrowUp")
    expect(editor.card(NAME)).to_be_focused()
    editor.is_saved()
    assert editor.cards()[2:4] == [NAME, LEAVE_DETAILS]

    goes_to(page, part(page, "Look"), "Shift+Tab")
    keyboard.press("Enter")
    writes(page, page.get_by_label("Bot name", exact=True), "Beany")
    goes_to(page, page.get_by_role("radio", name="Right"))
    keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Left")).to_be_checked()
    presses(page, page.get_by_role("button", name="Save look"))
    expect(page.get_by_text("Saved. Visitors see it within a minute.")).to_be_visible()

    goes_to(page, page.get_by_role("button", name="Publish", exact=True), "Shift+Tab")
    keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Publish the draft")
    writes(page, dialog.get_by_label("What changed"), "Another label")
    presses(page, dialog.get_by_role("button", name="Publish now"))
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_focused()

    presses(page, part(page, "Versions"))
    versions = page.get_by_role("list", name="Versions").get_by_role("listitem")
    expect(versions.filter(has_text="Another label")).to_contain_text(WALKED)
    again = versions.filter(has_text="Version 1").get_by_role("button", name="Use this version again")
    presses(page, again)
    dialog = page.get_by_role("dialog")
    presses(page, dialog.get_by_role("button", name="Use this version again"))
    expect(dialog).to_have_count(0)
    expect(versions.filter(has_text="Version 1")).to_contain_text(WALKED)
    # Where the button was, the walk goes on.
    expect(versions.filter(has_text="Version 1").locator(":focus")).to_have_count(1)
