"""What owners of playbooks do from day to day: they set up, save, publish, and look at what became of it."""

from playwright.sync_api import Locator, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import BROWSE, CHAT, GOODBYE, WELCOME
from tests.waiting import eventually_sync


def test_a_text_that_is_too_long_is_told_and_keeps_nothing_else_from_being_saved(
    crowd: Crowd, company: Company
) -> None:
    editor = EditorScreen(crowd.agent("Ana", role="editor", online=False).page, company)
    editor.open(company.playbook_id)
    editor.select(GOODBYE)
    lines = "\n".join(["**Beans**", *(f"Line {at}" for at in range(20))])
    editor.write("Goodbye", lines)
    too_many = "A text with a form has 20 paragraphs, lists and pictures at most."
    expect(editor.form.get_by_role("alert")).to_have_text(too_many)
    expect(editor.tree.locator("[data-kind=end] .badge.danger").first).to_be_visible()
    saving = editor.page.locator(".pb-saving")
    expect(saving).to_have_text("Saved, but for a text that is too long")

    editor.select(WELCOME)
    editor.write("Question", "Hello!")
    one = f"playbooks/{company.playbook_id}"
    eventually_sync(
        lambda: company.get(one)["draft"]["cards"]["welcome"]["text"] == "Hello!", what="the other card"
    )
    assert company.get(one)["draft"]["cards"]["goodbye"]["text"] == GOODBYE
    editor.select("Beans")
    expect(editor.form.get_by_label("Goodbye", exact=True)).to_have_value(lines)
    editor.write("Goodbye", "**Bye**")
    editor.is_saved()
    assert company.get(one)["draft"]["cards"]["goodbye"]["text"] == "Bye"


def test_ctrl_s_saves_now_and_says_so(crowd: Crowd, company: Company) -> None:
    editor = EditorScreen(crowd.agent("Ana", role="editor", online=False).page, company)
    editor.open(company.playbook_id)
    page, one = editor.page, f"playbooks/{company.playbook_id}"
    page.evaluate("addEventListener('keydown', (press) => (window.left = press.defaultPrevented))")
    editor.select(GOODBYE)
    editor.write("Goodbye", "See you!")
    page.keyboard.press("Control+s")
    expect(page.locator(".toast")).to_contain_text("Saved")
    assert page.evaluate("window.left")
    assert company.get(one)["draft"]["cards"]["goodbye"]["text"] == "See you!"

    editor.part("Look")
    page.get_by_label("Greeting").fill("Coffee?")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Visitors see it within a minute.")).to_be_visible()
    assert company.get(one)["look"]["greeting"] == "Coffee?"

    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts.get_by_role("row", name="Save the playbook")).to_contain_text("Ctrl+S")


def _two_visits(company: Company) -> None:
    """One to its end, and one that goes no further than the question."""
    company.visit(company.playbook_id).pick("welcome", "browse")
    company.visit(company.playbook_id)
    funnels = f"playbooks/{company.playbook_id}/funnels"

    def counted() -> bool:
        return [(one["visits"], one["end_card"]) for one in company.get(funnels)["items"]] == [(2, 1)]

    eventually_sync(counted, within_s=60, what="both visits are counted")


def _way(editor: EditorScreen, label: str) -> Locator:
    return editor.tree.get_by_role("heading").get_by_role("button").filter(has_text=label)


def test_figures_stand_at_the_cards_of_the_version_that_was_walked(crowd: Crowd, company: Company) -> None:
    _two_visits(company)
    editor = EditorScreen(crowd.agent("Ana", role="editor", online=False).page, company)
    editor.open(company.playbook_id)
    page = editor.page
    page.get_by_role("button", name="Visits", exact=True).click()
    whose = page.get_by_role("status").filter(has_text="What became of the visits to version 1.")
    expect(whose).to_be_visible()
    expect(editor.card(WELCOME)).to_contain_text("2 came here · 1 left here")
    expect(editor.card(GOODBYE)).to_contain_text("1 came here")
    expect(_way(editor, BROWSE)).to_have_text(f"{BROWSE} 1 visit")
    expect(_way(editor, CHAT)).to_have_text(f"{CHAT} 0 visits")

    editor.path(f"{BROWSE} 1 visit").click()
    editor.write("Label of path 2", "Only looking")
    expect(_way(editor, "Only looking")).to_have_text("Only looking")
    expect(_way(editor, CHAT)).to_have_text(CHAT)
    expect(editor.card(WELCOME)).to_contain_text("2 came here · 1 left here")
    editor.is_saved()
    editor.publish()
    expect(page.get_by_text("What became of the visits to version 2.")).to_be_visible()
    expect(editor.card(WELCOME)).to_contain_text("0 came here")

    editor.part("Versions")
    versions = page.get_by_role("list", name="Versions").get_by_role("listitem")
    expect(versions.nth(0)).to_contain_text("0 visits")
    expect(versions.nth(1)).to_contain_text("2 visits · Came to an end card: 1 · Left: 1")
    page.get_by_role("button", name="Visits to version 1").click()
    dialog = page.get_by_role("dialog", name="Visits to version 1")
    expect(dialog.get_by_text("2 came here · 1 left here")).to_be_visible()
    expect(dialog.get_by_role("listitem").filter(has_text=BROWSE).last).to_contain_text("1 visit")
    expect(dialog.get_by_text("Only looking")).to_have_count(0)
    dialog.get_by_role("button", name="Done").click()

    page.get_by_role("button", name="Use this version again").click()
    page.get_by_role("dialog").get_by_role("button", name="Use this version again").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    editor.part("Cards")
    expect(page.get_by_text("What became of the visits to version 1.")).to_be_visible()
    expect(editor.card(WELCOME)).to_contain_text("2 came here · 1 left here")


def test_live_chat_is_set_up_from_the_inbox_also_while_somebody_waits(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor")
    page = owner.page
    owner.open_folder("Unassigned")
    page.get_by_role("link", name="Set up Live Chat on your site").click()
    dialog = page.get_by_role("dialog", name="Set up Live Chat")
    expect(dialog.get_by_role("button", name="Add to an existing playbook")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(f"{company.base}/inbox/chatbot")

    crowd.waiting_visitor()
    page.get_by_role("navigation").get_by_role("link", name="Live Chat", exact=True).click()
    expect(owner.row()).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="What do you want to do?").fill("set up")
    page.get_by_role("option", name="Set up Live Chat on your site").click()
    expect(dialog.get_by_role("button", name="New from a template")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(f"{company.base}/inbox/chatbot")


def test_a_site_where_the_snippet_was_seen_is_allowed(crowd: Crowd, company: Company, host: Host) -> None:
    visitor, one = crowd.visitor(), f"playbooks/{company.playbook_id}"
    visitor.open()
    visitor.sees(WELCOME)
    eventually_sync(lambda: company.get(f"{one}/seen", "gateway")["items"], within_s=60, what="it was seen")
    company.post(f"{one}/sites", {"sites": ["https://elsewhere.example.com"]})

    page = crowd.agent("Ana", role="editor", online=False).page
    page.goto(f"{company.base}/inbox/chatbot/{company.playbook_id}/install")
    seen = page.get_by_role("list", name="Seen on").get_by_role("listitem").filter(has_text=host.url)
    expect(seen).to_contain_text("Not on your list")
    seen.get_by_role("button", name=f"Allow {host.url}").click()
    expect(seen.get_by_role("button")).to_have_count(0)
    assert company.get(one)["sites"] == ["https://elsewhere.example.com", host.url]


def test_the_preview_plays_a_visitor_of_another_language(crowd: Crowd, company: Company) -> None:
    one = f"playbooks/{company.playbook_id}"
    hello = {"kind": "message", "text": "Olá!", "next": "welcome"}
    case = {"when": [{"of": "locale", "locales": ["pt"]}], "next": "hello"}
    by_language = {"kind": "condition", "cases": [case], "otherwise": "welcome"}
    company.post(f"{one}/cards/hello", {"card": hello})
    company.post(f"{one}/cards/by_language", {"card": by_language})
    company.post(f"{one}/start", {"card_id": "by_language"})
    editor = EditorScreen(crowd.agent("Ana", role="editor", online=False).page, company)
    editor.open(company.playbook_id)
    page = editor.page
    page.get_by_role("button", name="Preview", exact=True).click()
    panel = page.frame_locator("iframe[title^=Panel]")
    expect(panel.get_by_text(WELCOME)).to_be_visible()
    expect(panel.get_by_text("Olá!")).to_have_count(0)

    page.get_by_text("Whom it plays").click()
    page.get_by_label("Browser’s language").fill("pt-BR")
    expect(panel.get_by_text("Olá!")).to_be_visible()
    page.get_by_label("Browser’s language").fill("en-GB")
    expect(panel.get_by_text("Olá!")).to_have_count(0)
    expect(panel.get_by_text(WELCOME)).to_be_visible()


def test_nobody_publishes_what_they_have_not_seen(crowd: Crowd, company: Company) -> None:
    ana, ben = (
        EditorScreen(crowd.agent(name, role="editor", online=False).page, company) for name in ("Ana", "Ben")
    )
    for editor in (ana, ben):
        editor.open(company.playbook_id)
    one = f"playbooks/{company.playbook_id}"
    ana.select(GOODBYE)
    ana.write("Goodbye", "See you!")
    ana.is_saved()
    ana.page.get_by_role("button", name="Publish", exact=True).click()
    dialog = ana.page.get_by_role("dialog", name="Publish the draft")
    dialog.get_by_text("What is not published yet").click()
    expect(dialog.get_by_text("See you!", exact=True)).to_be_visible()

    ben.select(WELCOME)
    ben.write("Question", "Half a te")
    ben.is_saved()
    dialog.get_by_role("button", name="Publish now").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Ben changed the draft while you looked at it.")
    expect(dialog.get_by_text("Half a te", exact=True)).to_be_visible()
    assert company.get(one)["published"] == 1

    dialog.get_by_role("button", name="Publish now").click()
    expect(dialog).to_have_count(0)
    assert company.get(one)["published"] == 2

    listed = crowd.agent("Cai", role="editor", online=False)
    listed.goes_to("Chatbot")
    shop = listed.page.get_by_role("article", name="Shop")
    for text in ("Hello!", "Half of anoth"):
        ben.write("Question", text)
        ben.is_saved()
        if text == "Hello!":
            listed.page.reload()
            expect(shop.get_by_text("Draft has changes")).to_be_visible()
    shop.get_by_role("button", name="Publish draft").click()
    expect(shop.get_by_role("alert")).to_contain_text("Somebody changed this meanwhile.")
    assert company.get(one)["published"] == 2
    shop.get_by_role("button", name="Publish draft").click()
    expect(shop.get_by_text("Draft has changes")).to_have_count(0)
    assert company.get(one)["published"] == 3


def test_a_version_comes_back_into_the_draft(crowd: Crowd, company: Company) -> None:
    editor = EditorScreen(crowd.agent("Ana", role="editor", online=False).page, company)
    editor.open(company.playbook_id)
    page, one = editor.page, f"playbooks/{company.playbook_id}"
    editor.select(GOODBYE)
    editor.write("Goodbye", "See you!")
    editor.is_saved()
    editor.publish()
    editor.part("Versions")
    page.get_by_role("button", name="Put version 1 into the draft").click()
    expect(page.get_by_text("The cards of version 1 are in the draft.")).to_be_visible()
    assert company.get(one)["draft"]["cards"]["goodbye"]["text"] == GOODBYE
    assert company.get(one)["published"] == 2

    page.get_by_role("button", name="Put version 2 into the draft").click()
    dialog = page.get_by_role("dialog", name="Put version 2 into the draft?")
    dialog.get_by_role("button", name="Put into the draft").click()
    expect(dialog).to_have_count(0)
    assert company.get(one)["draft"]["cards"]["goodbye"]["text"] == "See you!"
    editor.part("Cards")
    expect(editor.card("See you!")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(editor.card(GOODBYE)).to_be_visible()
