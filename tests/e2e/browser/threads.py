"""How long the main thread of a page ran at one piece, in its own time: what else a machine does takes none of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page

CATEGORIES = ("devtools.timeline", "disabled-by-default-devtools.timeline")


class Trace:
    """What the threads of the browser did, once the trace is over."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def longest_task_ms(self, site: str) -> float:
        """The longest task of the thread that has this site's page, from when that page was there."""
        there = [it for it in self.events if it["name"] == "CommitLoad" and _address(it).startswith(site)]
        assert there, f"the trace knows of no page of {site}"
        first = min(there, key=lambda it: it["ts"])
        tasks = [
            it.get("tdur", 0) / 1_000
            for it in self.events
            if it["name"] == "RunTask"
            and (it["pid"], it["tid"]) == (first["pid"], first["tid"])
            and it["ts"] > first["ts"]
        ]
        assert tasks, "the trace knows of no task of the page"
        return float(max(tasks))


def _address(commit: dict[str, Any]) -> str:
    return str(commit["args"]["data"]["url"])


@contextmanager
def traced(page: Page) -> Iterator[Trace]:
    """What the page's threads do until the context ends."""
    browser, trace = page.context.browser, Trace()
    assert browser is not None
    browser.start_tracing(page=page, categories=[*CATEGORIES])
    try:
        yield trace
    finally:
        trace.events = json.loads(browser.stop_tracing())["traceEvents"]
