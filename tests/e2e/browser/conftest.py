"""One browser and one running system for the tests of a row; each test has a company, a site and people of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

from services.cli.infrastructure import Servers
from tests.e2e.browser.chromium import FLAGS, chromium, headless
from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host, host_site
from tests.e2e.browser.notified import STRUCK, Profiles
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.watching import Watch, WentWrong
from tests.e2e.browser.wire import Wire, wired
from tests.e2e.push_service import PushService, push_service
from tests.e2e.system import System
from tests.unique import unique_name

LEFT_AFTER_S = 3
RERUNS = 1
NEVER_AGAIN = (
    "test_cuts",
    "test_foreign_pages",
    "test_hostile_details",
    "test_hostile_offline",
    "test_hostile_texts",
    "test_strict_sites",
)
"""What is lost, let in or run in one of two tries is lost, let in or run."""
ACTION_MS = 30_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them need real servers. One that fails is tried once more, and told as tried again (R): a browser, its
    driver and six services share two cores with whatever else runs, and a wait that is bounded may once be too short.
    What a page did wrong unseen is never forgiven.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.real)
            if item.path.stem not in NEVER_AGAIN:
                item.add_marker(pytest.mark.flaky(reruns=RERUNS, rerun_except=WentWrong))


@pytest.fixture(scope="package")
def pushes() -> Iterator[PushService]:
    """Where the system's pushes go."""
    with push_service() as found:
        yield found


@pytest.fixture(scope="package")
def wire() -> Iterator[Wire]:
    """Between the browser and the system."""
    with wired() as found:
        yield found


@pytest.fixture(scope="package")
def shop(
    infrastructure: Servers, tmp_path_factory: pytest.TempPathFactory, pushes: PushService, wire: Wire
) -> Iterator[System]:
    """All services in one process, behind the wire; visitors who leave are gone soon."""
    folder = tmp_path_factory.mktemp("browser")
    system = System(infrastructure, folder, unique_name("bro"))
    wire.target = system.address_of("all")
    system.variables["LIVECHAT_ORIGINS"] = wire.url
    system.variables["LIVECHAT_CONVERSATION_VISITOR_LEFT_S"] = str(LEFT_AFTER_S)
    system.variables["LIVECHAT_NOTIFIER_PUSH_LOCAL"] = f"127.0.0.1:{pushes.port}"
    try:
        system.start("all")
        yield system
    finally:
        system.stop_all()


@pytest.fixture(scope="package")
def playwright(shop: System) -> Iterator[Playwright]:
    """It begins after everything that needs an event loop of its own, and ends with this package."""
    # Playwright's own five seconds are too few where two cores do other work as well: of a run of the whole suite at a
    # load of 15, in one test a colleague's row came later.
    expect.set_options(timeout=ACTION_MS)
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="package")
def headless_browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium's engine without windows."""
    with playwright.chromium.launch(executable_path=headless(), args=FLAGS) as launched:
        yield launched


@pytest.fixture(scope="package")
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium."""
    with playwright.chromium.launch(executable_path=chromium(), args=FLAGS) as launched:
        yield launched


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """What a test's people look through."""
    whole = request.node.get_closest_marker("whole_browser")
    return cast(Browser, request.getfixturevalue("whole_browser" if whole else "headless_browser"))


@pytest.fixture
def host() -> Iterator[Host]:
    """A customer's site."""
    with host_site() as found:
        yield found


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Nothing goes wrong unseen."""
    found = Watch()
    yield found
    found.judge()


@pytest.fixture
def company(shop: System, wire: Wire, host: Host) -> Iterator[Company]:
    """A company with an active playbook, whose widget is on the site."""
    with httpx.Client(base_url=shop.bases["gateway"], timeout=30) as http:
        found = Company(shop, http, wire.url)
        found.install(host)
        yield found


@pytest.fixture
def crowd(browser: Browser, company: Company, host: Host, watch: Watch) -> Iterator[Crowd]:
    """Visitors and agents, each in a browser profile of their own."""
    found = Crowd(browser, company, host, watch, ACTION_MS)
    yield found
    found.leave()


@pytest.fixture
def profiles(crowd: Crowd, company: Company, pushes: PushService) -> Profiles:
    """Agents in browsers of their own."""
    return Profiles(crowd, company, pushes)


@pytest.fixture
def listening(crowd: Crowd) -> BrowserContext:
    """A profile whose pages note what they strike."""
    context = crowd.profile()
    context.add_init_script(STRUCK)
    return context
