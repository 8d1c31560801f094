"""On a phone the panel is the whole screen: nothing behind it is reached, the keyboard hides nothing, back closes."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.words import BROWSE, WELCOME
from tests.waiting import eventually_sync

PHONE: dict[str, Any] = {
    "viewport": {"width": 375, "height": 667},
    "has_touch": True,
    "is_mobile": True,
}
LONG_PAGE = (
    '<main><a href="#there">Somewhere</a><button>Buy</button><p style="height:3000px">Beans</p></main>'
)
INK = "rgb(255, 255, 255)"
"""What is written on the colour of the first look."""
KEYBOARD_PX = 260
WATCHERS = """
window.watchers = [];
const Made = window.CloseWatcher;
window.CloseWatcher = class extends Made {
  constructor(...given) { super(...given); watchers.push(this); }
};
"""
"""Keeps what waits for the button that goes back, so that a test can press it: no desktop has one."""


@pytest.fixture
def phone(crowd: Crowd, host: Host) -> VisitorScreen:
    """A visitor with a phone, on a page that is longer than the screen."""
    host.body = LONG_PAGE
    visitor = crowd.visitor(**PHONE)
    visitor.page.context.add_init_script(WATCHERS)
    visitor.arrive()
    return visitor


def box_of(page: Page) -> tuple[float, float, float, float]:
    box = page.locator("iframe").bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"], box["height"]


def focused(page: Page) -> str:
    """What has the focus in the site's page: the panel, or something that it should not be."""
    return str(
        page.evaluate(
            "() => { const it = document.activeElement;"
            " return (it?.shadowRoot?.activeElement ?? it)?.tagName ?? 'nothing'; }"
        )
    )


def test_the_page_behind_is_neither_reached_nor_scrolled(phone: VisitorScreen) -> None:
    phone.open()
    phone.sees(WELCOME)
    page = phone.page

    assert box_of(page) == pytest.approx((0, 0, 375, 667), abs=1)
    assert page.evaluate("document.body.inert")
    for _ in range(12):
        page.keyboard.press("Tab")
        assert focused(page) in ("IFRAME", "BODY", "nothing")
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(180, 30)
    page.mouse.wheel(0, 800)
    page.keyboard.press("PageDown")
    phone.choose(BROWSE)
    assert page.evaluate("scrollY") == 0


def test_what_closes_it_gives_the_page_back(phone: VisitorScreen) -> None:
    phone.open()
    expect(phone.panel.get_by_role("button", name="Close chat")).to_have_css("color", INK)
    phone.close()
    for closes in (phone.close, lambda: phone.page.keyboard.press("Escape")):
        phone.open()
        phone.sees(WELCOME)
        closes()

        expect(phone.launcher).to_have_attribute("aria-expanded", "false")
        expect(phone.launcher).to_be_focused()
        assert not phone.page.evaluate("document.body.inert")
    phone.page.mouse.move(180, 30)
    phone.page.mouse.wheel(0, 800)
    eventually_sync(lambda: phone.page.evaluate("scrollY") > 0, what="the page scrolls again")


def test_taken_off_the_page_while_it_is_open_it_gives_the_page_back(phone: VisitorScreen) -> None:
    phone.page.evaluate("document.documentElement.style.overflow = 'clip'")
    phone.open()
    phone.sees(WELCOME)
    assert phone.page.evaluate("document.documentElement.style.overflow") == "hidden"

    phone.calls("destroy")

    assert not phone.page.evaluate("document.body.inert")
    assert phone.page.evaluate("document.documentElement.style.overflow") == "clip"


def test_going_back_closes_it_and_the_page_stays(phone: VisitorScreen) -> None:
    before = phone.page.evaluate("history.length")
    for _ in range(2):
        phone.open()
        phone.sees(WELCOME)
        assert phone.page.evaluate("history.length") == before

        phone.frame.evaluate("watchers.at(-1).requestClose()")

        expect(phone.launcher).to_have_attribute("aria-expanded", "false")
        expect(phone.launcher).to_be_focused()


def test_the_keyboard_of_the_screen_hides_nothing(phone: VisitorScreen, company: Company) -> None:
    company.asks_for_the_name_first()
    phone.arrive()
    phone.open()
    field = phone.field("Name")
    expect(field).to_be_focused()
    # In smaller letters a phone would look closer at what is typed.
    expect(field).to_have_css("font-size", "16px")

    # As a phone does it: the page stays as high as it was, and what of it is seen does not.
    phone.page.evaluate(
        """(px) => {
          const eye = visualViewport;
          const height = eye.height - px;
          Object.defineProperty(eye, "height", { configurable: true, get: () => height });
          Object.defineProperty(eye, "offsetTop", { configurable: true, get: () => 40 });
          eye.dispatchEvent(new Event("resize"));
        }""",
        KEYBOARD_PX,
    )

    assert box_of(phone.page) == pytest.approx((0, 40, 375, 667 - KEYBOARD_PX), abs=1)
    for shown in (field, phone.panel.get_by_role("button", name="Send"), phone.log.get_by_text("name")):
        box = shown.bounding_box()
        assert box is not None
        assert box["y"] >= 40
        assert box["y"] + box["height"] <= 40 + 667 - KEYBOARD_PX
    phone.page.evaluate("() => { delete visualViewport.height; delete visualViewport.offsetTop; }")
    phone.page.evaluate("visualViewport.dispatchEvent(new Event('resize'))")
    assert box_of(phone.page) == pytest.approx((0, 0, 375, 667), abs=1)


def test_turned_on_its_side_it_is_docked_and_the_page_is_reached(phone: VisitorScreen) -> None:
    phone.open()
    phone.sees(WELCOME)

    phone.page.set_viewport_size({"width": 740, "height": 375})

    eventually_sync(lambda: not phone.page.evaluate("document.body.inert"), what="the page is reached")
    x, _, width, height = box_of(phone.page)
    assert (x > 300, width, height < 375) == (True, 385, True)
    expect(phone.launcher).to_be_visible()
