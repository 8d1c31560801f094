"""R8: where its owner wants it, the panel opens by itself after a while, with the first cards, and bothers nobody."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.host import BODY, Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible import LOOKS, checks
from tests.e2e.browser.test_r08_hidden import arrives, behaves
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.watching import Watch
from tests.e2e.browser.words import WELCOME

FIELD = '<main><label>Search <input id="search"></label></main>'
PHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True}


def opens(company: Company, **more: object) -> None:
    """It opens a second after the page is there."""
    behaves(company, opens_after_s=1, **more)


def stays_closed(visitor: VisitorScreen) -> None:
    """However much time goes by on a page that is loaded now."""
    visitor.page.clock.install()
    visitor.page.reload()
    expect(visitor.launcher).to_be_visible()
    visitor.page.clock.run_for(20_000)
    expect(visitor.launcher).to_have_attribute("aria-expanded", "false")


def test_it_opens_with_the_first_card_and_takes_no_focus(crowd: Crowd, company: Company, host: Host) -> None:
    opens(company)
    visitor, _ = arrives(crowd, host)

    visitor.sees(WELCOME)

    expect(visitor.launcher).to_have_attribute("aria-expanded", "true")
    assert visitor.page.evaluate("document.activeElement === document.body")
    visitor.choose("Just browsing")


def test_it_waits_while_somebody_types_and_leaves_the_cursor_alone(
    crowd: Crowd, company: Company, host: Host
) -> None:
    opens(company)
    host.body = FIELD
    visitor = crowd.visitor()
    visitor.page.clock.install()
    visitor.page.reload()
    field = visitor.page.get_by_label("Search")
    field.focus()
    visitor.page.clock.run_for(20_000)
    expect(visitor.launcher).to_have_attribute("aria-expanded", "false")

    visitor.page.evaluate("document.activeElement.blur()")
    visitor.page.clock.run_for(6_000)
    visitor.sees(WELCOME)
    field.focus()
    field.press_sequentially("beans")

    expect(field).to_have_value("beans")
    expect(field).to_be_focused()
    host.body = BODY


def test_who_has_closed_it_is_left_alone_on_the_next_page(crowd: Crowd, company: Company, host: Host) -> None:
    opens(company)
    visitor, _ = arrives(crowd, host)
    visitor.sees(WELCOME)
    visitor.close()
    expect(visitor.launcher).to_be_focused()

    visitor.page.evaluate("livechat('reset')")
    visitor.open()
    visitor.close()

    stays_closed(visitor)


def test_on_phones_it_opens_only_where_that_is_wanted(crowd: Crowd, company: Company) -> None:
    opens(company)
    stays_closed(crowd.visitor(**PHONE))

    opens(company, opens_on_phones=True)
    visitor = crowd.visitor(**PHONE)
    visitor.sees(WELCOME)


def test_readers_miss_nothing_of_it(crowd: Crowd, company: Company, host: Host, watch: Watch) -> None:
    opens(company)
    visitor, _ = arrives(crowd, host)
    visitor.sees(WELCOME)

    with checks(LOOKS[0][1], watch) as found:
        found.look(visitor.page, "a site with a panel that has opened by itself")
        found.look(visitor.frame, "a panel that has opened by itself")
    assert visitor.log.evaluate("(it) => it.getAttribute('aria-live') ?? it.role") in ("log", "polite")
