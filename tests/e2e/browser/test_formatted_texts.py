"""Texts with a form, as visitors read them: bold and italic words, links, lists and pictures, and never any markup."""

from typing import Any

from playwright.sync_api import Route, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import BROWSE, CHAT, GOODBYE, ONLINE, WELCOME
from tests.sample_files import png

PICTURE = "https://pictures.example.com/beans.png"
HOSTILE = "<img src=x onerror=alert(1)>"
BODY: list[dict[str, Any]] = [
    {
        "kind": "paragraph",
        "runs": [
            {"text": "We "},
            {"text": "roast", "bold": True},
            {"text": " every "},
            {"text": "Monday", "italic": True},
            {"text": f"; {HOSTILE} "},
            {"text": "See how", "link": "https://www.example.com/roasting"},
        ],
    },
    {"kind": "list", "items": [[{"text": "Dark"}], [{"text": "Light"}]]},
    {"kind": "picture", "address": PICTURE, "alt": "A sack of beans"},
]


def test_visitors_read_texts_with_their_form(crowd: Crowd, company: Company) -> None:
    one = f"playbooks/{company.playbook_id}"
    card = {"kind": "message", "text": "-", "body": BODY, "next": "welcome"}
    company.post(f"{one}/cards/about", {"card": card})
    company.post(f"{one}/start", {"card_id": "about"})
    company.publish(company.playbook_id)
    visitor, asked = crowd.visitor(), list[dict[str, str]]()

    def picture(route: Route) -> None:
        asked.append(route.request.all_headers())
        route.fulfill(body=png(40, 30), content_type="image/png")

    visitor.page.route(PICTURE, picture)
    visitor.open()
    visitor.sees(WELCOME)

    log = visitor.log
    expect(log.locator("b", has_text="roast")).to_be_visible()
    expect(log.locator("i", has_text="Monday")).to_be_visible()
    link = log.get_by_role("link", name="See how")
    expect(link).to_have_attribute("href", "https://www.example.com/roasting")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(log.get_by_role("listitem").filter(has_text="Dark").last).to_have_css("display", "list-item")
    shown = log.get_by_role("img", name="A sack of beans")
    expect(shown).to_have_js_property("naturalWidth", 40)
    expect(log.get_by_text(HOSTILE)).to_be_visible()
    assert log.locator("img").count() == 1
    assert ["referer" in headers for headers in asked] == [False]

    visitor.choose(CHAT)
    visitor.page.reload()
    visitor.open()
    expect(log.locator("b", has_text="roast").first).to_be_visible()


def test_every_text_of_the_bots_may_have_a_form(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor")
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    for said, label, text in (
        (WELCOME, "Question", "What is **new**?"),
        (GOODBYE, "Goodbye", "Read [our blog](https://www.example.com/blog)."),
        (ONLINE, "Online message", "**Somebody** comes."),
        ("Somebody comes.", "Offline message", "- Nobody came\n- Sorry"),
    ):
        editor.select(said)
        editor.write(label, text)
    wait = editor.form.get_by_label("Wait time in seconds")
    wait.fill("5")
    wait.press("Enter")
    editor.is_saved()
    owner.page.reload()
    editor.select("Somebody comes.")
    expect(editor.form.get_by_label("Offline message", exact=True)).to_have_value("- Nobody came\n- Sorry")
    owner.page.get_by_role("button", name="Preview", exact=True).click()
    preview = owner.page.frame_locator("iframe[title^=Panel]")
    preview.get_by_role("button", name=CHAT, exact=True).click()
    expect(preview.locator("b", has_text="Somebody")).to_be_visible()
    owner.page.get_by_role("button", name="Wait time is over").click()
    expect(preview.get_by_role("listitem").filter(has_text="Nobody came").last).to_be_visible()
    editor.publish()

    visitor = crowd.visitor()
    visitor.open()
    expect(visitor.log.locator("b", has_text="new")).to_be_visible()
    visitor.choose(CHAT)
    expect(visitor.log.locator("b", has_text="Somebody")).to_be_visible()
    late = visitor.log.get_by_role("listitem").filter(has_text="Nobody came")
    expect(late.last).to_have_css("display", "list-item", timeout=30_000)
    browsing = crowd.visitor()
    browsing.open()
    browsing.choose(BROWSE)
    expect(browsing.log.get_by_role("link", name="our blog")).to_be_visible()
