"""Whole playbooks on the screen: duplicated, compared in words, carried in files, switched off, put away."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible import checks
from tests.e2e.browser.watching import Watch
from tests.e2e.browser.words import BROWSE, GOODBYE, LEAVE_DETAILS, ONLINE, WELCOME


@pytest.fixture
def editor(crowd: Crowd, company: Company) -> EditorScreen:
    """The company's playbook in front of an editor."""
    screen = EditorScreen(crowd.agent("Ana", role="editor", online=False).page, company)
    screen.open(company.playbook_id)
    return screen


def _asked(editor: EditorScreen, item: str) -> Locator:
    """What the menu of the whole playbook leads to, by keyboard alone."""
    page = editor.page
    page.get_by_role("button", name="More for this playbook").press("ArrowDown")
    for _ in range(10):
        if page.evaluate("document.activeElement.firstChild.textContent") == item:
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    return page.get_by_role("dialog")


def test_a_copy_is_a_draft_of_its_own(editor: EditorScreen, company: Company) -> None:
    editor.select(GOODBYE)
    editor.write("Goodbye", "See you!")
    dialog = _asked(editor, "Duplicate")
    expect(dialog.get_by_label("Name")).to_have_value("Copy of Shop")
    dialog.get_by_label("Name").fill("Corner")
    dialog.get_by_label("Name").press("Enter")

    page = editor.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Corner")
    expect(page.get_by_text("Not published", exact=True)).to_be_visible()
    expect(editor.card("See you!")).to_be_visible()
    editor.select(WELCOME)
    editor.write("Question", "What brings you to the corner?")
    editor.is_saved()
    assert company.get(f"playbooks/{company.playbook_id}")["draft"]["cards"]["welcome"]["text"] == WELCOME

    page.get_by_role("link", name="Chatbot").first.click()
    page.get_by_role("button", name="More for Corner").click()
    page.get_by_role("menuitem", name="Duplicate").click()
    page.get_by_role("dialog").get_by_role("button", name="Duplicate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Copy of Corner")


def test_what_changes_is_told_in_words(editor: EditorScreen) -> None:
    page = editor.page
    editor.select(ONLINE)
    editor.write("Online message", "A barista looks up.")
    editor.write("Wait time in seconds", "90")
    editor.form.get_by_label("Wait time in seconds").press("Enter")
    editor.select(WELCOME)
    editor.write("Label of path 2", "Show me around")
    editor.select(GOODBYE)
    editor.add_after(LEAVE_DETAILS, "message")
    editor.write("Message", "It takes a minute.")
    changes = _asked(editor, "What is not published yet").get_by_role("list", name="What changes")
    expect(changes).to_contain_text("Changed: Live Chat: A barista looks up.")
    expect(changes).to_contain_text(f"Online messageWas {ONLINE}Is now A barista looks up.")
    expect(changes).to_contain_text("Wait time in secondsWas 60Is now 90")
    expect(changes).to_contain_text(f"Label of the path “Show me around”Was {BROWSE}Is now Show me around")
    expect(changes).to_contain_text("New: Message: It takes a minute.")
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_text("What is not published yet").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"Was {BROWSE}Is now Show me around")
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    editor.part("Versions")
    page.get_by_role("button", name="What changed with version 2").click()
    dialog = page.get_by_role("dialog", name="Compare versions")
    expect(dialog).to_contain_text("Wait time in secondsWas 60Is now 90")
    dialog.get_by_label("To").select_option(label="The draft")
    dialog.get_by_label("From").select_option(label="Version 2")
    expect(dialog.get_by_text("There is no difference.")).to_be_visible()
    dialog.get_by_label("From").select_option(label="Version 1")
    expect(dialog).to_contain_text("New: Message: It takes a minute.")
    dialog.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="What changed with version 1").click()
    expect(dialog.get_by_text("Nothing was published before")).to_be_visible()


def _file(dialog: Locator, path: Path, content: str) -> None:
    path.write_text(content)
    dialog.get_by_label("File").set_input_files(path)


def test_a_playbook_goes_through_a_file(editor: EditorScreen, company: Company, tmp_path: Path) -> None:
    page = editor.page
    with page.expect_download() as loading:
        _asked(editor, "Export as a file")
    assert loading.value.suggested_filename == "shop.json"
    exported = json.loads(Path(loading.value.path()).read_text())
    assert exported == company.get(f"playbooks/{company.playbook_id}/export")

    page.get_by_role("link", name="Chatbot").first.click()
    page.get_by_role("button", name="Import", exact=True).click()
    dialog = page.get_by_role("dialog", name="Import a playbook")
    dialog.get_by_role("button", name="Import").click()
    expect(dialog.get_by_text("Pick a file first.")).to_be_visible()
    _file(dialog, tmp_path / "broken.json", '{\n  "name": oops\n}')
    expect(dialog.get_by_text("This is no JSON file: line 2, column 11.")).to_be_visible()
    exported["flow"]["cards"]["welcome"]["choices"][0]["label"] = ""
    _file(dialog, tmp_path / "wrong.json", json.dumps(exported))
    dialog.get_by_role("button", name="Import").click()
    refusal = dialog.get_by_role("alert")
    expect(refusal).to_contain_text("Nothing was changed. This is wrong in the file:")
    expect(refusal).to_contain_text("flow.cards.welcome.question.choices.0.label")
    exported["name"], exported["look"]["bot_name"] = "Corner", "Beanie"
    exported["flow"]["cards"]["welcome"]["choices"][0]["label"] = "A person, please"
    _file(dialog, tmp_path / "corner.json", json.dumps(exported))
    dialog.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Corner")
    expect(editor.path("A person, please")).to_be_visible()

    editor.open(company.playbook_id)
    dialog = _asked(editor, "Replace by a file")
    _file(dialog, tmp_path / "again.json", json.dumps(exported))
    dialog.get_by_role("button", name="Replace").click()
    expect(editor.path("A person, please")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Shop")
    assert company.get(f"playbooks/{company.playbook_id}")["look"]["bot_name"] == "Beanie"
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(editor.path("A person, please")).to_have_count(0)


def test_it_is_renamed_switched_off_and_on_and_put_away(editor: EditorScreen, company: Company) -> None:
    page = editor.page
    dialog = _asked(editor, "Rename")
    dialog.get_by_label("Name").fill("Old shop")
    dialog.get_by_label("Name").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Old shop")
    dialog = _asked(editor, "Deactivate")
    expect(dialog).to_contain_text("Your sites show nothing of it any more.")
    dialog.get_by_role("button", name="Deactivate").press("Enter")
    expect(page.get_by_text("Not active", exact=True)).to_be_visible()
    _asked(editor, "Activate")
    expect(page.get_by_text("Active", exact=True)).to_be_visible()
    dialog = _asked(editor, "Archive")
    dialog.get_by_role("button", name="Archive").press("Enter")
    expect(page.get_by_text("No chatbot yet")).to_be_visible()
    assert company.get(f"playbooks/{company.playbook_id}")["archived"]


@pytest.mark.parametrize(("scheme", "direction"), [("light", "ltr"), ("dark", "rtl")])
def test_nothing_of_it_keeps_readers_out(
    crowd: Crowd, company: Company, watch: Watch, tmp_path: Path, scheme: str, direction: str
) -> None:
    owner = crowd.agent("Ana", role="editor", online=False, color_scheme=scheme)
    editor = EditorScreen(owner.page, company)
    page = owner.page
    with checks(direction, watch) as found:
        editor.open(company.playbook_id)
        editor.select(WELCOME)
        editor.write("Label of path 2", "Show me around")
        editor.is_saved()
        page.get_by_role("button", name="More for this playbook").click()
        found.look(page, "the menu")
        page.keyboard.press("Escape")
        for item in ("What is not published yet", "Rename", "Duplicate", "Deactivate", "Archive"):
            expect(_asked(editor, item)).to_be_visible()
            expect(page.get_by_text("Loading")).to_have_count(0)
            found.look(page, item)
            page.keyboard.press("Escape")
        dialog = _asked(editor, "Replace by a file")
        _file(dialog, tmp_path / "broken.json", '{"name": 7}')
        dialog.get_by_role("button", name="Replace").click()
        expect(dialog.get_by_role("alert")).to_contain_text("name")
        found.look(page, "a refused file")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Publish", exact=True).click()
        page.get_by_text("What is not published yet").click()
        expect(page.get_by_role("list", name="What changes")).to_be_visible()
        found.look(page, "publishing, with what changes")
