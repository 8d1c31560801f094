"""Several editors of one playbook: they see each other, and nobody's look, sites or name is written over unseen."""

from playwright.sync_api import Locator, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import GOODBYE, WELCOME
from tests.waiting import eventually_sync

SECONDS_MS = 5_000


def _opened(crowd: Crowd, company: Company, *names: str) -> list[EditorScreen]:
    editors = []
    for name in names:
        editor = EditorScreen(crowd.agent(name, role="editor", online=False).page, company)
        editor.open(company.playbook_id)
        editors.append(editor)
    return editors


def _beside(editor: EditorScreen) -> Locator:
    return editor.page.get_by_role("list", name="Who else is editing")


def _looks(company: Company, greeting: str, bot_name: str) -> None:
    """What was saved: a button that is disabled says only that a save is under way."""

    def saved() -> bool:
        look = company.get(f"playbooks/{company.playbook_id}")["look"]
        return (look["greeting"], look["bot_name"]) == (greeting, bot_name)

    eventually_sync(saved, what=f"the look with {greeting} and {bot_name}")


def test_they_see_who_else_is_there_and_at_which_card(crowd: Crowd, company: Company) -> None:
    ana, ben = _opened(crowd, company, "Ana", "Ben")
    expect(_beside(ana)).to_contain_text("Ben is editing too.")
    expect(_beside(ben)).to_contain_text("Ana is editing too.")
    expect(ana.page.get_by_role("status").filter(has_text="Ben is editing too")).to_be_attached()
    ben.select(GOODBYE)
    expect(ana.card(GOODBYE).get_by_text("Ben", exact=True)).to_be_visible()
    _beside(ana).get_by_role("button", name=f"End: {GOODBYE[:20]}").click()
    expect(ana.card(GOODBYE)).to_be_focused()
    expect(ben.card(GOODBYE).get_by_text("Ana", exact=True)).to_be_visible()
    ana.select(WELCOME)
    expect(ben.card(WELCOME).get_by_text("Ana", exact=True)).to_be_visible()

    ben.page.close()
    expect(_beside(ana)).to_have_count(0, timeout=SECONDS_MS)
    expect(ana.card(GOODBYE).get_by_text("Ben", exact=True)).to_have_count(0)


def test_who_goes_to_another_page_edits_no_more(crowd: Crowd, company: Company) -> None:
    ana, ben = _opened(crowd, company, "Ana", "Ben")
    expect(_beside(ana)).to_contain_text("Ben")
    ben.part("Look")
    ben.page.get_by_role("link", name="Chatbot").first.click()
    expect(_beside(ana)).to_have_count(0, timeout=SECONDS_MS)
    ben.open(company.playbook_id)
    expect(_beside(ana)).to_contain_text("Ben")


def test_two_who_change_the_look(crowd: Crowd, company: Company) -> None:
    ana, ben = _opened(crowd, company, "Ana", "Ben")
    for editor in (ana, ben):
        editor.part("Look")
    ana.page.get_by_label("Greeting").fill("Café?")
    ben.page.get_by_label("Bot name").fill("Beanie")
    for editor in (ana, ben):
        editor.page.get_by_role("button", name="Save look").click()
        expect(editor.page.get_by_text("Visitors see it within a minute.")).to_be_visible()
    _looks(company, "Café?", "Beanie")

    ana.page.get_by_label("Bot name").fill("Moka")
    ana.page.get_by_label("Greeting").fill("Tea?")
    ben.page.get_by_label("Bot name").fill("Crema")
    ben.page.get_by_role("button", name="Save look").click()
    _looks(company, "Café?", "Crema")
    ana.page.get_by_role("button", name="Save look").click()
    told = ana.page.get_by_role("alert").filter(has_text="Ben changed the same meanwhile:")
    expect(told).to_contain_text("Bot name: Crema")
    assert company.get(f"playbooks/{company.playbook_id}")["look"]["bot_name"] == "Crema"
    told.get_by_role("button", name="Take theirs").click()
    expect(ana.page.get_by_label("Bot name")).to_have_value("Crema")
    expect(ana.page.get_by_label("Greeting")).to_have_value("Tea?")
    ana.page.get_by_role("button", name="Save look").click()
    _looks(company, "Tea?", "Crema")

    ben.page.get_by_label("Greeting").fill("Water?")
    ben.page.get_by_role("button", name="Save look").click()
    told = ben.page.get_by_role("alert").filter(has_text="Ana changed the same meanwhile:")
    expect(told).to_contain_text("Greeting: Tea?")
    told.get_by_role("button", name="Keep mine").click()
    expect(told).to_have_count(0)
    _looks(company, "Water?", "Crema")


def test_two_who_change_sites_and_name(crowd: Crowd, company: Company) -> None:
    ana, ben = _opened(crowd, company, "Ana", "Ben")
    one = f"playbooks/{company.playbook_id}"
    for editor in (ana, ben):
        editor.part("Install")
    sites = company.get(one)["sites"]
    ana.page.get_by_role("textbox", name="Sites").fill("https://ana.example.com")
    ben.page.get_by_role("textbox", name="Sites").fill("https://ben.example.com")
    ana.page.get_by_role("button", name="Save sites").click()
    eventually_sync(lambda: company.get(one)["sites"] == ["https://ana.example.com"], what="Ana's sites")
    ben.page.get_by_role("button", name="Save sites").click()
    told = ben.page.get_by_role("alert").filter(has_text="Ana changed the same meanwhile:")
    expect(told).to_contain_text("https://ana.example.com")
    assert company.get(one)["sites"] == ["https://ana.example.com"] != sites
    told.get_by_role("button", name="Keep mine").click()
    expect(told).to_have_count(0)
    eventually_sync(lambda: company.get(one)["sites"] == ["https://ben.example.com"], what="Ben's sites")

    for editor, name in ((ana, "Corner"), (ben, "Roastery")):
        page = editor.page
        page.get_by_role("button", name="More for this playbook").click()
        page.get_by_role("menuitem", name="Rename").click()
        page.get_by_role("dialog").get_by_label("Name").fill(name)
    ana.page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("Corner")
    dialog = ben.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Rename").click()
    expect(dialog.get_by_role("alert")).to_contain_text("It was renamed to “Corner” meanwhile.")
    assert company.get(one)["name"] == "Corner"
    dialog.get_by_role("button", name="Rename").click()
    expect(dialog).to_have_count(0)
    expect(ben.page.get_by_role("heading", level=1)).to_have_text("Roastery")
