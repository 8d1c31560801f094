"""Cards that a template has none of, drawn in the editor: conditions by page and by who was here, texts with a form."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import BROWSE, GOODBYE, WELCOME


def test_a_condition_leads_visitors_by_their_page(crowd: Crowd, company: Company, host: Host) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    editor.select(WELCOME)
    editor.form.get_by_role("button", name="Path 2: more").click()
    owner.page.get_by_role("menuitem", name="Add a card to this path").click()
    editor.choose_kind("condition")
    editor.pick("Where it is about", "The page")
    editor.write("What", "/beans")
    expect(editor.path("Page contains /beans")).to_be_visible()
    editor.tree.locator(".pb-gap[data-way='cases/0']").click()
    editor.choose_kind("message")
    editor.write("Message", "Our **dark** beans are on the left.")
    editor.is_saved()

    owner.page.get_by_role("button", name="Preview", exact=True).click()
    panel = owner.page.frame_locator("iframe[title^=Panel]")
    panel.get_by_role("button", name=BROWSE, exact=True).click()
    expect(panel.get_by_text(GOODBYE)).to_be_visible()
    owner.page.get_by_text("Whom it plays").click()
    owner.page.get_by_label("Page", exact=True).fill("https://shop.example.com/beans")
    expect(panel.get_by_text("beans are on the left.")).to_be_visible()
    editor.publish()

    for page, is_there in (("/beans", 1), ("/cups", 0)):
        visitor = crowd.visitor()
        visitor.page.goto(f"{host.url}{page}")
        visitor.open()
        visitor.choose(BROWSE)
        visitor.sees(GOODBYE)
        expect(visitor.log.get_by_text("beans are on the left.")).to_have_count(is_there)


def test_what_is_not_complete_is_said_and_not_saved(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    editor.add_after("Leave us your details", "condition")
    editor.pick("Where it is about", "The page")
    editor.write("What", "")
    expect(editor.form.get_by_text("Until then it is not changed.")).to_be_visible()
    editor.pick("It", "begins with")
    editor.write("What", "https://shop.example.com")
    editor.is_saved()
    owner.page.reload()
    editor.is_open()
    expect(editor.path("Page begins with https://shop.example.com")).to_be_visible()
