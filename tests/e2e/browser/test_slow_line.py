"""On a slow phone and line: what a site pays before anybody wants the widget, and how soon it is there then.

The figures are of 400 kbit/s, 400 ms for each request, and a processor four times as slow as the machine's.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.e2e.browser.chromium import FLAGS, chromium
from tests.e2e.browser.company import Company
from tests.e2e.browser.conftest import ACTION_MS
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.watching import OPEN_SHADOWS, Watch
from tests.e2e.browser.words import WELCOME

LATENCY_MS, BYTES_PER_S, TIMES_SLOWER = 400, 50_000, 4
ONE_PROCESS = "--disable-site-isolation-trials"
"""The panel is drawn by the process of the page, as on phones: what slows the one slows the other."""
TRIES = 3
"""What only a busy machine made long, is not long in each try."""
FELT_MS = 50
FIRST_BYTES_MAX = 20_480
"""The budget of a first open, and the headers of its answers."""
FIRST_PAINT_MS_MAX = 5_000
"""It waits for two answers, one after the other, of 18 kB: 1.2 s at least on this line."""
PAINTED = """() => {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  if (paint === undefined) return null;
  const page = performance.getEntriesByType("navigation")[0];
  const parts = performance.getEntriesByType("resource").filter((it) => /\\/assets\\//.test(it.name));
  const first = parts.filter((it) => it.startTime < paint.startTime);
  return {
    at: performance.timeOrigin + paint.startTime,
    bytes: page.transferSize + first.reduce((sum, it) => sum + it.transferSize, 0),
    parts: first.map((it) => it.name.replace(/.*\\/(\\w+)-.*[.](\\w+)$/, "$1 $2")).sort(),
    waits: first.filter((it) => it.startTime > first[0].responseStart).length,
  };
}"""
"""When something of the panel was first seen, what had come until then, and how much of it was asked for late."""


@pytest.fixture
def slow(browser: Browser, company: Company, host: Host, watch: Watch) -> Iterator[Crowd]:
    """People with slow phones."""
    launched = browser.browser_type.launch(executable_path=chromium(), args=[*FLAGS, ONE_PROCESS])
    crowd = Crowd(launched, company, host, watch, 2 * ACTION_MS)
    try:
        yield crowd
        crowd.leave()
    finally:
        launched.close()


def slowed(page: Page) -> CDPSession:
    """The page on such a line and processor; its figures are in time of the processor, whatever else a machine does."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    speed = {"downloadThroughput": BYTES_PER_S, "uploadThroughput": BYTES_PER_S}
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **speed})
    line.send("Emulation.setCPUThrottlingRate", {"rate": TIMES_SLOWER})
    line.send("Performance.enable", {"timeDomain": "threadTicks"})
    return line


def worked_ms(line: CDPSession) -> float:
    """So long the page's main thread ran scripts, and found out how things look and where: more than any task of it."""
    figures = {it["name"]: it["value"] for it in line.send("Performance.getMetrics")["metrics"]}
    return 1_000 * sum(
        float(figures[name]) for name in ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")
    )


def arrives(crowd: Crowd, host: Host) -> tuple[VisitorScreen, CDPSession]:
    """Somebody comes to the site for the first time."""
    context = crowd.profile(viewport={"width": 375, "height": 667})
    context.add_init_script(OPEN_SHADOWS)
    visitor = VisitorScreen(context.new_page(), host)
    line = slowed(visitor.page)
    visitor.page.goto(host.url)
    visitor.page.wait_for_function("typeof window.livechat === 'function'", timeout=30_000)
    return visitor, line


def test_before_the_click_the_page_has_no_task_that_would_be_felt(
    slow: Crowd, host: Host, record_property: Callable[[str, object], None]
) -> None:
    worked: list[float] = []
    for _ in range(TRIES):
        visitor, line = arrives(slow, host)
        visitor.page.wait_for_load_state("networkidle")
        assert visitor.page.frames == [visitor.page.main_frame]
        worked.append(worked_ms(line))
        if worked[-1] < FELT_MS:
            break

    print(f"the site's page worked {min(worked):.0f} ms before the click")
    record_property("work of the site's page before the click in ms", min(worked))
    assert min(worked) < FELT_MS


def test_the_panel_is_there_after_two_answers(
    slow: Crowd, host: Host, record_property: Callable[[str, object], None]
) -> None:
    figures: list[tuple[float, dict[str, Any]]] = []
    for _ in range(TRIES):
        visitor, _ = arrives(slow, host)
        clicked = visitor.page.evaluate("performance.timeOrigin + performance.now()")
        visitor.open()
        expect(visitor.panel.get_by_role("heading")).to_be_visible()
        painted = visitor.frame.wait_for_function(PAINTED).json_value()
        visitor.sees(WELCOME)
        figures.append((painted["at"] - clicked, painted))
        if figures[-1][0] < FIRST_PAINT_MS_MAX:
            break
    after_ms, first = min(figures, key=lambda it: it[0])

    print(
        f"first paint of the panel {after_ms:.0f} ms after the click, {first['bytes']} bytes: {first['parts']}"
    )
    record_property("first paint of the panel in ms", after_ms)
    assert after_ms < FIRST_PAINT_MS_MAX
    assert first["bytes"] < FIRST_BYTES_MAX
    assert first["parts"] == ["panel css", "panel js"]
    assert first["waits"] == 0
