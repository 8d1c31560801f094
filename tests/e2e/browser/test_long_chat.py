"""A chat of a thousand messages is loaded anew and read from its end to its start without a task that would be felt."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Frame, Locator, Route, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.longtasks import longest_ms, observe
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.sample_files import png
from tests.waiting import eventually_sync

MESSAGES = 1_000
TRIES = 3
"""What only a busy machine made long, is not long in each try."""
TOP = "(it) => it.getBoundingClientRect().top"
AT_END = "(it) => it.scrollHeight - it.scrollTop - it.clientHeight < 2"


def written(company: Company, messages: int) -> str:
    """The owner takes the conversation that waits, and says so much in it; gives its path."""

    def waiting() -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = company.get("folders/unassigned", service="gateway")["items"]
        return rows

    eventually_sync(lambda: bool(waiting()), what="a conversation waits")
    conversation = str(waiting()[0]["conversation_id"])
    eventually_sync(lambda: company.takes(conversation), what="the owner takes it")
    path = f"conversations/{conversation}/messages"
    for number in range(messages):
        company.post(path, {"text": f"Line {number}."}, service="conversation")
    return path


def said(visitor: VisitorScreen, number: int) -> Locator:
    """A line, where it is drawn."""
    return visitor.panel.get_by_text(f"Line {number}.", exact=True)


def calmest_ms(does: Callable[[], float]) -> float:
    """The longest task of the best of some tries."""
    best = does()
    for _ in range(TRIES - 1):
        if best == 0:
            break
        best = min(best, does())
    return best


def reader(crowd: Crowd, company: Company, messages: int) -> tuple[VisitorScreen, str]:
    """A visitor to whom so much was written, and the path by which more is."""
    company.switch("online")
    company.knows_online("Ana")
    visitor = crowd.waiting_visitor()
    observe(visitor.page.context)
    path = written(company, messages)
    expect(said(visitor, messages - 1)).to_be_visible(timeout=60_000)
    return visitor, path


def loaded(visitor: VisitorScreen, last: int) -> None:
    """The page is loaded anew, and the end of the chat is on the screen."""
    visitor.arrive()
    visitor.open()
    expect(said(visitor, last)).to_be_in_viewport()


@pytest.mark.timeout(600)
def test_it_is_loaded_anew_and_read_to_its_start_without_a_long_task_or_a_jump(
    crowd: Crowd, company: Company, record_property: Callable[[str, object], None]
) -> None:
    visitor, _ = reader(crowd, company, MESSAGES)

    def loads() -> float:
        loaded(visitor, MESSAGES - 1)
        return longest_ms(visitor.frame)

    def reads() -> float:
        loaded(visitor, MESSAGES - 1)
        longest_ms(visitor.frame)
        scroll_up(visitor.frame)
        expect(said(visitor, 0)).to_be_in_viewport()
        return longest_ms(visitor.frame)

    for what, does in (("loaded anew", loads), ("scrolled through", reads)):
        longest = calmest_ms(does)
        record_property(f"longest task in ms, {what}", longest)
        print(f"{MESSAGES} messages {what}: the longest task took {longest:.0f} ms (0: none over 50 ms)")
        assert longest == 0
    expect(visitor.panel.get_by_role("button", name="Show earlier messages")).to_have_count(0)


def scroll_up(frame: Frame) -> None:
    """As a wheel does it, a step in each frame; what one looks at goes down by no more than a step."""
    jumps = frame.evaluate(
        """async () => {
          const log = document.querySelector(".scroll");
          const lines = () => [...log.querySelectorAll("li")];
          const jumps = [];
          for (let step = 0; step < 4_000; step++) {
            const top = log.getBoundingClientRect().top;
            const seen = lines().find((it) => it.getBoundingClientRect().top >= top);
            const before = seen.getBoundingClientRect().top;
            log.scrollTop -= 120;
            await new Promise(requestAnimationFrame);
            const moved = seen.getBoundingClientRect().top - before;
            if (moved < -1 || moved > 121) jumps.push(moved);
            if (log.scrollTop === 0 && log.querySelector(".older") === null) break;
          }
          return jumps;
        }"""
    )
    assert jumps == []


def test_who_has_gone_up_stays_there_when_something_new_comes(crowd: Crowd, company: Company) -> None:
    visitor, path = reader(crowd, company, 150)
    scroller = visitor.panel.locator(".scroll")
    scroller.evaluate("(it) => { it.scrollTop -= 1000; }")
    visitor.frame.evaluate("() => new Promise(requestAnimationFrame)")
    before = said(visitor, 120).evaluate(TOP)

    company.post(path, {"text": "News."}, service="conversation")

    expect(visitor.log.get_by_text("News.")).to_have_count(1)
    assert said(visitor, 120).evaluate(TOP) == before


def test_who_is_at_the_end_stays_there_when_a_picture_comes_late(crowd: Crowd) -> None:
    agent, visitor = crowd.chatting("Ana")
    held: list[Route] = []
    visitor.page.context.route("**/api/gateway/files/*", lambda route: held.append(route))

    agent.attaches({"name": "tall.png", "mimeType": "image/png", "buffer": png(40, 240)})
    agent.say("Look at this.")
    for number in range(20):
        agent.say(f"Line {number}.")
    expect(said(visitor, 19)).to_be_in_viewport()
    eventually_sync(lambda: bool(held), what="the picture is asked for")
    for route in held:
        route.continue_()

    expect(visitor.log.get_by_role("img", name="tall.png")).to_have_js_property("naturalHeight", 240)
    eventually_sync(
        lambda: bool(visitor.panel.locator(".scroll").evaluate(AT_END)), what="the end is on the screen"
    )
