"""A page of another site gets no session, no socket and no frame of ours; the widget works where nothing is kept."""

import html
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Request, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.chromium import FLAGS, chromium
from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.watching import OPEN_SHADOWS, Watch
from tests.e2e.browser.words import CHAT, WELCOME
from tests.waiting import eventually_sync

ASKS = """([url, type, body]) =>
  fetch(url, { method: "POST", headers: { "content-type": type }, body, credentials: "include" })
    .then((it) => `answered ${it.status}`, (error) => error.name)"""
CONNECTS = """(url) => new Promise((resolve) => {
  const socket = new WebSocket(url);
  socket.onopen = () => { socket.close(); resolve("open"); };
  socket.onerror = () => resolve("refused");
})"""
FRAMES = """(url) => new Promise((resolve) => {
  const frame = Object.assign(document.createElement("iframe"), { src: url, onload: resolve });
  document.body.append(frame);
})"""
FORBIDDEN = """() => { try { localStorage.setItem("a", "b"); return false; } catch (error) {
  return error.name === "SecurityError"; } }"""
NO_PAGE = "chrome-error:"
ALIASES = ("127.0.0.1", "shop.localhost")
"""Other names of the machine that the allowed site is on: the same port, and to cookies even the same site as ours."""
SANDBOX = '<iframe sandbox="allow-scripts" srcdoc="{}"></iframe>'


def alias(host: Host, name: str) -> str:
    """The site's pages under a name that no playbook allows."""
    return f"http://{name}:{urlsplit(host.url).port}"


def socket_of(company: Company) -> str:
    """Where screens connect."""
    return company.base.replace("http", "ws", 1) + "/api/gateway/socket"


def gets_nothing(page: Page | Frame, company: Company) -> None:
    """Whatever it asks for in the name of whoever is signed in here, or of a visitor, it does not get."""
    visit = {"workspace_id": company.workspace_id, "playbook_id": company.playbook_id}
    for path, body in (("tokens", {}), ("sign-out", {}), ("visits", visit)):
        for content_type in ("application/json", "text/plain"):
            asked = [f"{company.base}/api/gateway/{path}", content_type, json.dumps(body)]
            assert page.evaluate(ASKS, asked) == "TypeError", (path, content_type)
    assert page.evaluate(CONNECTS, socket_of(company)) == "refused"


def signed_in_still(agent: AgentScreen, company: Company) -> None:
    """The session was not ended; and asked by our own page, the same is given."""
    agent.page.reload()
    expect(agent.page.get_by_role("switch")).to_be_visible()
    asked = [f"{company.base}/api/gateway/tokens", "application/json", "{}"]
    assert agent.page.evaluate(ASKS, asked) == "answered 200"
    assert agent.page.evaluate(CONNECTS, socket_of(company)) == "open"


@pytest.fixture
def statuses(company: Company) -> Callable[[Page], Callable[[], list[int]]]:
    """Tells how we have answered a page so far, also where the browser holds the answer back."""

    def heard(page: Page) -> Callable[[], list[int]]:
        # Which of the two is told first of a request, nobody promises.
        found: dict[str, list[int]] = defaultdict(list)
        ours: set[str] = set()
        session = page.context.new_cdp_session(page)

        def asked(told: dict[str, Any]) -> None:
            if told["request"]["url"].startswith(company.base):
                ours.add(told["requestId"])

        def answered(told: dict[str, Any]) -> None:
            found[told["requestId"]].append(told["statusCode"])

        session.on("Network.requestWillBeSent", asked)
        session.on("Network.responseReceivedExtraInfo", answered)
        session.send("Network.enable")

        def so_far() -> list[int]:
            page.evaluate("0")  # What was told meanwhile is taken while something is asked.
            return [status for one in ours for status in found[one]]

        return so_far

    return heard


@pytest.mark.parametrize("name", ALIASES)
def test_a_page_of_another_site_does_nothing_by_an_agents_session(
    crowd: Crowd,
    company: Company,
    host: Host,
    watch: Watch,
    statuses: Callable[[Page], Callable[[], list[int]]],
    name: str,
) -> None:
    agent = crowd.agent("Ana")
    page = agent.page.context.new_page()
    host.snippet = ""
    page.goto(alias(host, name))
    answered = statuses(page)

    gets_nothing(page, company)

    # They were asked, and the server itself has refused each.
    eventually_sync(lambda: len(answered()) >= 6, what="six answers")
    assert all(status >= 400 for status in answered()), answered()
    assert watch.forget("blocked by CORS policy") == 6
    signed_in_still(agent, company)


def test_a_frame_without_an_origin_does_nothing_by_an_agents_session(
    crowd: Crowd, company: Company, host: Host, watch: Watch
) -> None:
    agent = crowd.agent("Ana")
    page = agent.page.context.new_page()
    host.snippet, host.body = "", SANDBOX.format("<p>A shop</p>")
    page.goto(host.url)
    frame = page.frames[1]
    assert frame.evaluate("self.origin") == "null"

    gets_nothing(frame, company)

    assert watch.forget("blocked by CORS policy") == 6
    signed_in_still(agent, company)


def test_no_site_shows_the_inbox_in_a_frame(crowd: Crowd, company: Company, host: Host, watch: Watch) -> None:
    page = crowd.agent("Ana").page.context.new_page()
    host.snippet = ""

    def held_off() -> bool:
        page.wait_for_timeout(50)
        return page.frames[1].url.startswith(NO_PAGE) and watch.forget("frame-ancestors 'none'") > 0

    for url in (host.url, alias(host, "127.0.0.1")):
        page.goto(url)
        page.evaluate(FRAMES, f"{company.base}/inbox")
        eventually_sync(held_off, what="a frame with nothing of ours")


class Turned:
    """A visitor on a page that may not show the panel: how often they were refused, and what was asked for them."""

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page, self._watch = page, watch
        self.visits: list[str] = []
        page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        if "/api/gateway/" in request.url:
            self.visits.append(request.url)

    def opens(self, where: Page | Frame) -> None:
        """The button is there, and leads to nothing, also where the panel was open on the page before."""
        button = where.locator("button[aria-expanded]")
        if button.get_attribute("aria-expanded") == "false":
            button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
        eventually_sync(self._refused, within_s=10, what="the frame is refused")
        for frame in self.page.frames:
            assert "/panel/" not in frame.url, frame.url
        expect(where.locator("iframe")).to_be_hidden()
        assert self.visits == []

    def _refused(self) -> bool:
        self.page.wait_for_timeout(50)
        return self._watch.forget("frame-ancestors") > 0


@pytest.fixture
def turned(crowd: Crowd, watch: Watch) -> Turned:
    """A visitor in a new profile, whose launcher can be looked into."""
    context = crowd.profile()
    context.add_init_script(OPEN_SHADOWS)
    return Turned(context.new_page(), watch)


@pytest.mark.parametrize("name", ALIASES)
def test_a_site_that_was_never_allowed_shows_no_panel(
    turned: Turned, host: Host, watch: Watch, name: str
) -> None:
    turned.page.goto(alias(host, name))

    turned.opens(turned.page)

    turned.page.goto("about:blank")
    watch.forget("frame-ancestors")


def test_a_site_that_was_taken_off_shows_no_panel_any_more(
    turned: Turned, company: Company, host: Host, watch: Watch
) -> None:
    visitor = VisitorScreen(turned.page, host)
    visitor.arrive()
    visitor.open()
    visitor.sees(WELCOME)
    company.post(f"playbooks/{company.playbook_id}/sites", {"sites": ["https://shop.example.com"]})
    panel = f"/panel/{company.workspace_id}/{company.playbook_id}"
    eventually_sync(
        lambda: host.url not in company.http.get(panel).headers["content-security-policy"],
        within_s=5,
        what="the site is off the list",
    )
    turned.visits.clear()

    visitor.arrive()
    turned.opens(turned.page)

    turned.page.goto("about:blank")
    watch.forget("frame-ancestors")


def test_a_sandboxed_frame_of_an_allowed_site_shows_no_panel(
    turned: Turned, company: Company, host: Host, watch: Watch
) -> None:
    host.body, host.snippet = SANDBOX.format(html.escape(host.snippet)), ""
    turned.page.goto(host.url)
    frame = turned.page.frames[1]
    assert frame.evaluate("self.origin") == "null"

    turned.opens(frame)

    turned.page.goto("about:blank")
    watch.forget("frame-ancestors")


def blocked(browser: Browser, folder: Path, company: Company) -> BrowserContext:
    """A browser whose owner forbids our origin to keep anything in it."""
    (folder / "Default").mkdir()
    exceptions = {"cookies": {f"{company.base},*": {"setting": 2}}}
    told: dict[str, Any] = {
        "profile": {"block_third_party_cookies": True, "content_settings": {"exceptions": exceptions}}
    }
    (folder / "Default" / "Preferences").write_text(json.dumps(told))
    return browser.browser_type.launch_persistent_context(
        folder, executable_path=chromium(), args=FLAGS, locale="en-GB"
    )


def test_the_widget_works_and_goes_on_where_its_frame_may_keep_nothing(
    browser: Browser, company: Company, host: Host, crowd: Crowd, watch: Watch, tmp_path: Path
) -> None:
    agent = crowd.agent("Ana")
    context = blocked(browser, tmp_path, company)
    watch.over(context)
    context.add_init_script(OPEN_SHADOWS)
    try:
        visitor = VisitorScreen(context.new_page(), host)
        visitor.arrive()
        visitor.open()
        visitor.sees(WELCOME)
        assert visitor.panel.locator("body").evaluate(FORBIDDEN) is True
        visitor.choose(CHAT)
        agent.open_folder("Unassigned")
        agent.open_conversation()
        agent.take()
        visitor.sees("Ana has joined the chat.")
        visitor.say("Nothing is kept of me.")
        agent.sees("Nothing is kept of me.")

        visitor.arrive()
        visitor.open()

        visitor.sees("Nothing is kept of me.")
        expect(visitor.title).to_have_text("Ana")
        assert context.cookies() == []
    finally:
        context.close()
