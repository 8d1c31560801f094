"""R1: Live Chat by a new playbook of the template, and by a card in one that there is; from the list and the inbox."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import BROWSE, CHAT, GOODBYE, ONLINE, WELCOME
from tests.waiting import eventually_sync


def test_a_new_playbook_of_the_template_from_the_list(crowd: Crowd, company: Company, host: Host) -> None:
    owner = crowd.agent("Ana", role="editor")
    owner.goes_to("Chatbot")
    page = owner.page
    page.get_by_role("button", name="Set up Live Chat").click()
    page.get_by_role("button", name="New from a template").click()
    dialog = page.get_by_role("dialog", name="Set up Live Chat")
    dialog.get_by_label("Name").fill("Roastery")
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_label("Sites").fill(host.url)
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_role("button", name="Activate").click()

    host.snippet = dialog.get_by_role("textbox", name="Snippet").input_value()
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_role("article", name="Roastery")).to_contain_text("Active")
    company.shows_on(host)
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
    visitor.choose(CHAT)

    visitor.sees(ONLINE)
    owner.page.get_by_role("navigation").get_by_role("link", name="Live Chat", exact=True).click()
    owner.open_conversation()


def test_a_card_in_a_playbook_that_there_is_from_the_inbox(
    crowd: Crowd, company: Company, host: Host
) -> None:
    corner = company.create(template="blank", name="Corner")
    company.post(f"playbooks/{corner}/sites", {"sites": [host.url]})
    owner = crowd.agent("Ana", role="editor")
    owner.open_folder("Unassigned")
    owner.page.get_by_role("link", name="Set up Live Chat on your site").click()
    _add_to(owner.page, "Corner")

    editor = EditorScreen(owner.page, company)
    editor.is_open()
    expect(editor.path("Talk to a barista")).to_be_visible()
    expect(editor.path("Offline flow")).to_be_visible()
    editor.publish("A way to a person")
    editor.part("Install")
    owner.page.get_by_role("button", name="Activate", exact=True).click()
    host.snippet = owner.page.get_by_role("textbox", name="Snippet").input_value()
    expect(owner.page.get_by_role("button", name="Deactivate")).to_be_visible()
    eventually_sync(lambda: company.takes_visits(corner), within_s=120, what="it takes visits")

    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
    expect(visitor.panel.get_by_role("button", name=BROWSE, exact=True)).to_be_visible()
    visitor.choose("Talk to a barista")
    visitor.sees(ONLINE)


@pytest.mark.parametrize(
    ("template", "says", "waits"),
    [
        ("Lead qualification", "Which company are you with?", False),
        ("Support", "What does not work?", True),
        ("Blank", GOODBYE, False),
    ],
)
def test_a_new_playbook_of_another_template(
    crowd: Crowd, company: Company, host: Host, template: str, says: str, waits: bool
) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    owner.goes_to("Chatbot")
    page = owner.page
    page.get_by_role("button", name="Set up Live Chat").click()
    page.get_by_role("button", name="New from a template").click()
    dialog = page.get_by_role("dialog", name="Set up Live Chat")
    expect(dialog.get_by_role("radio", name="Live Chat")).to_be_checked()
    dialog.get_by_role("radio", name=template).check()
    expect(dialog.get_by_label("Wait time in seconds")).to_have_count(int(waits))
    dialog.get_by_label("Name").fill("Roastery")
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_label("Sites").fill(host.url)
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_role("button", name="Activate").click()
    expect(dialog).to_contain_text("go online" if waits else "Put this into the pages of your site.")
    dialog.get_by_role("button", name="Done").click()

    page.get_by_role("article", name="Roastery").get_by_role("button", name="Edit", exact=True).click()
    editor = EditorScreen(page, company)
    editor.is_open()
    expect(editor.card(says)).to_be_visible()
    expect(editor.tree.locator("[data-kind=live_chat]")).to_have_count(int(waits))


def _add_to(page: Page, name: str) -> None:
    """Says in which playbook, and under which label."""
    page.get_by_role("button", name="Add to an existing playbook").click()
    dialog = page.get_by_role("dialog", name="Set up Live Chat")
    dialog.get_by_label("Playbook", exact=True).select_option(label=name)
    dialog.get_by_label("Label of the path").fill("Talk to a barista")
    dialog.get_by_role("button", name="Add Live Chat").click()
    expect(dialog).to_have_count(0)


def test_a_playbook_is_renamed_switched_off_and_put_away(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    owner.goes_to("Chatbot")
    page = owner.page
    shop = page.get_by_role("article", name="Shop")
    shop.get_by_role("button", name="Deactivate").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(shop).to_contain_text("Not active")
    shop.get_by_role("button", name="More for Shop").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Old shop")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("link", name="Old shop")).to_be_visible()

    page.get_by_role("button", name="More for Old shop").click()
    page.get_by_role("menuitem", name="Archive").click()
    page.get_by_role("dialog").get_by_role("button", name="Archive").click()
    expect(page.get_by_text("No chatbot yet")).to_be_visible()
    eventually_sync(
        lambda: company.get("playbooks")["items"] == [], within_s=120, what="the list knows of it as well"
    )
    page.reload()
    expect(page.get_by_text("No chatbot yet")).to_be_visible()
