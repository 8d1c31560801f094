"""The widget works on sites that let in nothing but one script and one frame, and leaves the site's page alone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.host import NONCE, Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.watching import OPEN_SHADOWS
from tests.e2e.browser.words import BROWSE, GOODBYE, WELCOME
from tests.waiting import eventually_sync

GREETING = "Questions about coffee?"
AGREES = f'<script nonce="{NONCE}">addEventListener("load", () => livechat("consent", "granted"))</script>'
"""As a site's own banner does once its visitor has agreed."""
WRITTEN = """(it) => [it, it.parentElement].map((one) => {
  const { fontFamily, fontSize, color } = getComputedStyle(one);
  return { fontFamily, fontSize, color };
})"""


def test_nothing_of_a_strict_policy_is_violated(crowd: Crowd, company: Company, host: Host) -> None:
    host.is_strict(company.base)
    visitor = crowd.visitor()

    visitor.open()
    visitor.sees(WELCOME)
    visitor.choose(BROWSE)

    visitor.sees(GOODBYE)
    visitor.close()


def test_nor_is_it_by_a_greeting_and_by_waiting_for_consent(
    crowd: Crowd, company: Company, host: Host
) -> None:
    one = f"playbooks/{company.playbook_id}"
    company.post(f"{one}/look", {"look": {**company.get(one)["look"], "greeting": GREETING}})
    company.publish(company.playbook_id)
    eventually_sync(lambda: GREETING in company.launcher(company.playbook_id), what="the greeting")
    host.is_strict(company.base)
    host.snippet = host.snippet.replace('.js"', '.js?consent=wait"')
    context = crowd.profile()
    context.add_init_script(OPEN_SHADOWS)
    visitor = VisitorScreen(context.new_page(), host)
    visitor.page.goto(host.url, wait_until="networkidle")
    expect(visitor.launcher).to_have_count(0)

    host.body += AGREES
    visitor.arrive()

    greeting = visitor.page.get_by_role("button", name=GREETING, exact=True)
    expect(greeting).to_be_visible()
    greeting.click()
    visitor.sees(WELCOME)


def test_it_stands_on_the_other_side_where_the_page_is_written_so(crowd: Crowd, host: Host) -> None:
    host.attributes = 'lang="ar" dir="rtl"'

    visitor = crowd.visitor()

    box, page = visitor.launcher.bounding_box(), visitor.page.viewport_size
    assert box is not None
    assert page is not None
    assert box["x"] < page["width"] / 2


def test_the_launcher_is_in_a_closed_shadow_and_adds_one_name_to_the_page(
    crowd: Crowd, company: Company, host: Host
) -> None:
    page = crowd.profile().new_page()
    plain, host.snippet = host.snippet, ""
    page.goto(host.url)
    before = set(page.evaluate("Object.keys(window)"))
    host.snippet = plain

    page.goto(host.url)
    page.wait_for_function("typeof window.livechat === 'function'")

    assert set(page.evaluate("Object.keys(window)")) - before == {"livechat"}
    hosts = "[...document.documentElement.children].filter((it) => !(it.matches('head, body')))"
    assert page.evaluate(f"{hosts}.map((it) => it.shadowRoot)") == [None]


def test_the_script_twice_is_one_widget(crowd: Crowd, host: Host) -> None:
    host.snippet = host.snippet * 2

    visitor = crowd.visitor()

    expect(visitor.launcher).to_have_count(1)
    visitor.open()
    visitor.sees(WELCOME)
    expect(visitor.page.locator("iframe")).to_have_count(1)


def test_at_375_pixels_the_panel_is_the_screen(crowd: Crowd) -> None:
    visitor = crowd.visitor(viewport={"width": 375, "height": 667}, has_touch=True, is_mobile=True)

    visitor.open()
    visitor.sees(WELCOME)

    box = visitor.page.locator("iframe").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == pytest.approx((0, 0, 375, 667), abs=1)


def test_buttons_of_the_panel_are_written_as_what_is_around_them(crowd: Crowd) -> None:
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)

    for name in (BROWSE, "Close chat"):
        button = visitor.panel.get_by_role("button", name=name, exact=True)
        own, around = button.evaluate(WRITTEN)
        assert own == around


def test_by_keyboard_alone(crowd: Crowd) -> None:
    visitor = crowd.visitor()
    keyboard = visitor.page.keyboard

    keyboard.press("Tab")
    expect(visitor.launcher).to_be_focused()
    keyboard.press("Enter")
    visitor.sees(WELCOME)
    browse = visitor.panel.get_by_role("button", name=BROWSE, exact=True)
    for _ in range(12):
        if browse.evaluate("(it) => it === document.activeElement"):
            break
        keyboard.press("Tab")
    expect(browse).to_be_focused()
    keyboard.press("Enter")
    visitor.sees(GOODBYE)
    keyboard.press("Escape")

    expect(visitor.launcher).to_have_attribute("aria-expanded", "false")
    expect(visitor.launcher).to_be_focused()
