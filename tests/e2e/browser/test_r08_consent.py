"""R8: no detail is taken before its visitor agrees, and nothing is kept or asked before the page says that they do."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible import checks, looks_at
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.watching import OPEN_SHADOWS, Watch
from tests.e2e.browser.words import NAME, WELCOME

TOLD = "We keep your name, see our policy."
PRIVACY = {
    "text": TOLD,
    "body": [
        {
            "kind": "paragraph",
            "runs": [
                {"text": "We keep your name, see our "},
                {"text": "policy", "link": "https://shop.example/privacy"},
                {"text": "."},
            ],
        }
    ],
    "asks": True,
}
KEPT = "() => [document.cookie, Object.keys(localStorage).length, Object.keys(sessionStorage).length]"
NOTHING = ["", 0, 0]


def asks(company: Company, **more: object) -> None:
    """Visits begin with the name, and ask for consent first."""
    company.asks_for_the_name_first()
    behaviour = {"privacy": {**PRIVACY, **more}}
    company.post(f"playbooks/{company.playbook_id}/behaviour", {"behaviour": behaviour})


def test_a_detail_is_asked_for_once_the_visitor_has_agreed(crowd: Crowd, company: Company) -> None:
    asks(company)
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(NAME)
    told = visitor.panel.get_by_role("region", name="Personal data")
    expect(told.get_by_role("link", name="policy")).to_have_attribute("href", "https://shop.example/privacy")
    expect(visitor.field("Name")).to_have_count(0)

    visitor.choose("Not now")
    expect(told.get_by_text("Without your consent nothing is asked here.")).to_be_visible()
    expect(visitor.field("Name")).to_have_count(0)
    visitor.choose("Agree")
    visitor.gives("Name", "Vera")

    visitor.sees(WELCOME)
    expect(told).to_have_count(0)


def test_what_was_agreed_to_stays_so_after_a_reload(crowd: Crowd, company: Company) -> None:
    asks(company)
    visitor = crowd.visitor()
    visitor.open()
    visitor.choose("Agree")
    expect(visitor.field("Name")).to_be_visible()

    visitor.page.reload()
    visitor.open()

    expect(visitor.field("Name")).to_be_visible()


def test_a_text_that_asks_nothing_stands_beside_the_field(crowd: Crowd, company: Company) -> None:
    asks(company, asks=False)
    visitor = crowd.visitor()
    visitor.open()

    expect(visitor.panel.get_by_text("We keep your name, see our")).to_be_visible()
    expect(visitor.panel.get_by_role("button", name="Agree")).to_have_count(0)
    visitor.gives("Name", "Vera")
    visitor.sees(WELCOME)


@pytest.mark.parametrize(("scheme", "direction"), looks_at())
def test_readers_miss_nothing_of_it(
    crowd: Crowd, company: Company, watch: Watch, scheme: str, direction: str
) -> None:
    asks(company)
    visitor = crowd.visitor(color_scheme=scheme)
    with checks(direction, watch) as found:
        visitor.open()
        expect(visitor.panel.get_by_role("button", name="Agree")).to_be_visible()
        found.look(visitor.frame, "asked for consent")
        visitor.choose("Not now")
        found.look(visitor.frame, "not now")


def waiting(crowd: Crowd, host: Host) -> tuple[VisitorScreen, list[str]]:
    """Somebody on a page that waits for their consent, and what is asked of us beside the script."""
    host.snippet = host.snippet.replace('.js"', '.js?consent=wait"')
    context = crowd.profile()
    context.add_init_script(OPEN_SHADOWS)
    page: Page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda it: asked.append(it.url) if host.url not in it.url else None)
    page.goto(host.url, wait_until="networkidle")
    page.wait_for_function("typeof livechat === 'function'")
    return VisitorScreen(page, host), asked


def kept(visitor: VisitorScreen) -> Any:
    return visitor.page.evaluate(KEPT)


def test_before_the_page_says_so_nothing_is_kept_and_nothing_asked(crowd: Crowd, host: Host) -> None:
    visitor, asked = waiting(crowd, host)
    visitor.calls("open")
    visitor.page.evaluate("history.pushState(null, '', '/prices')")

    assert kept(visitor) == NOTHING
    assert [url for url in asked if "/widget/" not in url] == []
    expect(visitor.launcher).to_have_count(0)
    expect(visitor.page.locator("iframe")).to_have_count(0)

    visitor.calls("consent", "granted")

    visitor.sees(WELCOME)
    assert kept(visitor)[1] == 1


def test_who_takes_their_consent_back_leaves_nothing(crowd: Crowd, host: Host) -> None:
    visitor, asked = waiting(crowd, host)
    visitor.calls("consent", "granted")
    visitor.open()
    visitor.sees(WELCOME)

    visitor.calls("consent", "denied")
    expect(visitor.launcher).to_have_count(0)
    expect(visitor.page.locator("iframe")).to_have_count(0)
    visitor.page.set_viewport_size({"width": 900, "height": 500})
    assert kept(visitor) == NOTHING
    visitor.page.reload(wait_until="networkidle")
    assert kept(visitor) == NOTHING

    asked.clear()
    visitor.calls("consent", "granted")
    visitor.open()
    visitor.sees(WELCOME)


def test_consent_that_was_denied_before_it_was_asked_for_forgets_an_earlier_visit(
    crowd: Crowd, company: Company, host: Host
) -> None:
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
    assert kept(visitor)[1] == 1
    host.snippet = host.snippet.replace('.js"', '.js?consent=wait"')
    visitor.page.reload(wait_until="networkidle")
    assert kept(visitor)[1] == 1

    visitor.calls("consent", "denied")

    assert kept(visitor) == NOTHING


def test_an_owner_writes_what_is_told_and_asks(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    page = owner.page
    page.goto(f"{company.base}/inbox/chatbot/{company.playbook_id}/install")

    page.get_by_label("What you tell of personal data").fill("We keep **nothing**.")
    page.get_by_role("checkbox", name="Ask visitors to agree to it first").check()
    page.get_by_role("button", name="Save behaviour").click()
    expect(page.get_by_text("Saved. Pages behave so within a minute.").last).to_be_visible()

    privacy = company.get(f"playbooks/{company.playbook_id}")["behaviour"]["privacy"]
    assert (privacy["text"], privacy["asks"]) == ("We keep nothing.", True)
    page.reload()
    expect(page.get_by_label("What you tell of personal data")).to_have_value("We keep **nothing**.")


def test_the_preview_asks_as_visitors_are_asked(crowd: Crowd, company: Company) -> None:
    asks(company)
    owner = crowd.agent("Ana", role="editor", online=False)
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    owner.page.get_by_role("button", name="Preview", exact=True).click()
    panel = owner.page.frame_locator("iframe[title^=Panel]")
    told = panel.get_by_role("region", name="Personal data")
    expect(told).to_contain_text(TOLD)
    expect(panel.get_by_label("Name", exact=True)).to_have_count(0)
    told.get_by_role("button", name="Agree", exact=True).click()
    panel.get_by_label("Name", exact=True).fill("Vera")
    panel.get_by_label("Name", exact=True).press("Enter")
    expect(panel.get_by_role("log").get_by_text("Vera")).to_be_visible()
    expect(panel.get_by_role("log").get_by_text(WELCOME)).to_be_visible()
