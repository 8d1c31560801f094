"""The tasks of a page that are long enough to be felt, as the browser itself tells of them."""

from playwright.sync_api import BrowserContext, Frame, Page

OBSERVED = """
window.longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((it) => it.duration)))
  .observe({ type: "longtask", buffered: true });
"""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))"
"""Resolves once what came so far was drawn, and the browser has told how long that took."""


def observe(context: BrowserContext) -> None:
    """Every page and frame that the context has from now on is observed."""
    context.add_init_script(OBSERVED)


def longest_ms(at: Page | Frame) -> float:
    """The longest task since the last question that took more than 50 ms; 0 where there was none."""
    at.evaluate(DRAWN)
    return float(at.evaluate("Math.max(0, ...longTasks.splice(0))"))
