"""The panel comes though its page failed at first, and goes on where a newer version has taken its parts away."""

import gzip
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.words import CHAT, ONLINE, WELCOME

PANEL, PART = "**/panel/*/*", "**/assets/talk-*.js"
VISITS = "**/api/gateway/visits"
AGAIN_WITHIN_MS = 12_000
"""The launcher waits four seconds for a panel that has loaded and says nothing."""
LAUNCHER_BYTES_MAX = 2_048
"""Compressed, with the look that nobody has changed; what the build weighs is the same."""
Fails = Literal["no answer", "an error's page"]


def test_a_site_is_served_no_more_than_the_build_has_weighed(company: Company) -> None:
    served = company.launcher(company.playbook_id)

    assert "__LIVECHAT_CONFIG__" not in served
    assert 0 < len(gzip.compress(served.encode(), 9, mtime=0)) <= LAUNCHER_BYTES_MAX


def failing(fails: Fails) -> Callable[[Route], None]:
    """No page of ours: the browser's own of an error, or one that a server on the way has made."""
    if fails == "no answer":
        return lambda route: route.abort("connectionfailed")
    return lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")


def is_not_shown(visitor: VisitorScreen) -> None:
    """Nothing stands above the page, though the panel is asked for and its page was loaded."""
    expect(visitor.launcher).to_have_attribute("aria-expanded", "true")
    expect(visitor.page.locator("iframe")).to_be_hidden()


def test_what_was_wanted_and_has_not_come_is_told_by_the_button(crowd: Crowd) -> None:
    visitor = crowd.visitor()
    held: list[Route] = []
    visitor.page.route(PANEL, lambda route: held.append(route), times=1)

    with visitor.page.expect_request(PANEL):
        visitor.launcher.click()

    expect(visitor.launcher).to_be_focused()
    expect(visitor.launcher).to_have_accessible_name("Chat…")
    expect(visitor.launcher).to_have_text("…")
    held[0].continue_()
    visitor.sees(WELCOME)
    expect(visitor.launcher).to_have_accessible_name("Chat")
    expect(visitor.launcher).to_have_text("")


def test_the_panel_says_that_the_first_words_are_on_their_way_and_offers_to_ask_again(crowd: Crowd) -> None:
    visitor = crowd.visitor()
    held: list[Route] = []
    visitor.page.route(VISITS, lambda route: held.append(route), times=1)

    visitor.open()
    said = visitor.panel.get_by_role("status")
    expect(said).to_have_text("One moment…")
    refused = {"type": "about:blank", "title": "Gone", "status": 404, "code": "not_found", "detail": "Gone."}
    held[0].fulfill(status=404, content_type="application/problem+json", json=refused)
    expect(said).to_contain_text("The chat is not available at the moment.")
    expect(said).not_to_contain_text("One moment…")
    said.get_by_role("button", name="Retry").click()

    visitor.sees(WELCOME)
    expect(said).to_have_text("")


@pytest.mark.parametrize("fails", ["no answer", "an error's page"])
def test_a_panel_that_did_not_come_is_not_shown_and_comes_by_itself(crowd: Crowd, fails: Fails) -> None:
    visitor = crowd.visitor()
    visitor.page.route(PANEL, failing(fails), times=1)

    with visitor.page.expect_request(PANEL):
        visitor.launcher.click()
    is_not_shown(visitor)

    expect(visitor.page.locator("iframe")).to_be_visible(timeout=AGAIN_WITHIN_MS)
    visitor.sees(WELCOME)


@pytest.mark.parametrize("fails", ["no answer", "an error's page"])
def test_the_next_click_asks_again_for_a_panel_that_did_not_come(crowd: Crowd, fails: Fails) -> None:
    visitor = crowd.visitor(viewport={"width": 375, "height": 667})
    visitor.page.route(PANEL, failing(fails))
    with visitor.page.expect_request(PANEL):
        visitor.launcher.click()
    is_not_shown(visitor)

    # Closed with the same button, which no empty page covers.
    visitor.launcher.click()
    expect(visitor.launcher).to_have_attribute("aria-expanded", "false")
    expect(visitor.page.locator("iframe")).to_have_count(0)
    visitor.page.unroute(PANEL)
    visitor.open()

    visitor.sees(WELCOME)


def test_a_panel_whose_parts_a_newer_version_has_replaced_begins_anew_and_goes_on(crowd: Crowd) -> None:
    crowd.agent("Ana")
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
    visitor.page.route(PART, lambda route: route.fulfill(status=404), times=1)

    with visitor.page.expect_request(PANEL):
        visitor.choose(CHAT)

    # What was chosen was not told yet, the visit is the same.
    visitor.sees(WELCOME)
    visitor.choose(CHAT)
    visitor.sees(ONLINE)
    visitor.sees(WELCOME)


def test_parts_that_never_come_are_told_once_and_asked_for_by_hand(crowd: Crowd) -> None:
    crowd.agent("Ana")
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
    loaded: list[str] = []
    visitor.page.on("request", lambda it: loaded.append(it.url) if "/panel/" in it.url else None)
    visitor.page.route(PART, lambda route: route.fulfill(status=404))

    with visitor.page.expect_request(PANEL):
        visitor.choose(CHAT)
    visitor.sees(WELCOME)
    visitor.choose(CHAT)
    retry = visitor.panel.get_by_role("status").get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    assert len(loaded) == 1

    visitor.page.unroute(PART)
    retry.click()
    visitor.sees(WELCOME)
    visitor.choose(CHAT)
    visitor.sees(ONLINE)
