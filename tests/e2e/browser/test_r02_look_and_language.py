"""R2: a playbook's colours, icon, bot name and language are set on a screen, and are what visitors see."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.people import Crowd
from tests.waiting import eventually_sync

STAR = "M12 3l3 6 6 3-6 3-3 6-3-6-6-3 6-3z"


def test_what_is_set_is_what_visitors_see(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    editor.part("Look")
    page = owner.page
    page.get_by_label("Bot name").fill("Beanie")
    page.get_by_label("Greeting").fill("Café?")
    page.get_by_label("Bot language").select_option(label="Português (Brasil)")
    page.get_by_label("Colour", exact=True).fill("#ffcc00")
    expect(page.get_by_text("is hard to read")).to_be_visible()
    page.get_by_role("button", name="Write in #000000").click()
    expect(page.get_by_text("easy to read")).to_be_visible()
    page.get_by_role("radio", name="Star").check()
    page.get_by_role("radio", name="Left").check()
    page.get_by_role("button", name="Save look").click()
    expect(page.get_by_text("Visitors see it within a minute.")).to_be_visible()

    eventually_sync(
        lambda: "Beanie" in company.launcher(company.playbook_id), within_s=120, what="sites get the look"
    )
    visitor = crowd.visitor()
    expect(visitor.page.get_by_role("button", name="Café?")).to_be_visible()
    expect(visitor.launcher).to_have_accessible_name("Chat")
    expect(visitor.launcher.locator("path")).to_have_attribute("d", STAR)
    expect(visitor.launcher.locator("svg")).to_have_css("background-color", "rgb(255, 204, 0)")
    box = visitor.launcher.bounding_box()
    assert box is not None
    assert box["x"] < 100
    visitor.open()
    expect(visitor.title).to_have_text("Beanie")
    expect(visitor.panel.locator("html")).to_have_attribute("lang", "pt-BR")
    expect(visitor.panel.get_by_role("button", name="Fechar")).to_be_visible()


def test_the_preview_shows_the_look_before_it_is_saved(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    editor.part("Look")
    owner.page.get_by_label("Bot name").fill("Beanie")
    preview = owner.page.frame_locator("iframe[title='Panel of Beanie']")
    expect(preview.get_by_role("heading").first).to_have_text("Beanie")
    assert "Beanie" not in company.launcher(company.playbook_id)
