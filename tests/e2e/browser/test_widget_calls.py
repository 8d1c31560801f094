"""A site talks to the widget by `livechat(…)`, and hears from it by events."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.words import CHAT, ONLINE, WELCOME
from tests.waiting import eventually_sync

EVENTS = ("ready", "open", "close", "unread", "started", "ended")
HEARS = f"""<script>window.heard = [];
for (const name of {[*EVENTS]})
  addEventListener(`livechat:${{name}}`, (event) => heard.push([name, event.detail]));
</script>"""
QUEUES = """<script>
window.livechat = window.livechat || function () { (livechat.q = livechat.q || []).push(arguments); };
livechat("open");
</script>"""

# While a busy page gives way to the next, browsers pass on to neither that the frame is shown.
LEAVES_SLOWLY = """() => addEventListener("pagehide", () => {
  const until = performance.now() + 700;
  while (performance.now() < until);
})"""


@pytest.fixture
def hearing(host: Host) -> Host:
    """A site that writes down what the widget tells it."""
    host.snippet = HEARS + host.snippet
    return host


def heard(visitor: VisitorScreen, name: str, times: int = 1) -> list[Any]:
    """The details of an event, once it was told so often."""

    def told() -> list[Any] | None:
        found = [detail for event, detail in visitor.page.evaluate("heard") if event == name]
        return found if len(found) == times else None

    return eventually_sync(told, what=f"livechat:{name}, {times} times") or []


def kept(visitor: VisitorScreen, company: Company) -> dict[str, Any]:
    """What the site's storage holds of the widget."""
    found = visitor.page.evaluate(
        "(key) => JSON.parse(localStorage.getItem(key) || '{}')", f"livechat:{company.playbook_id}"
    )
    assert isinstance(found, dict)
    return found


def test_it_opens_and_closes_when_the_site_says_so_and_tells_each_once(crowd: Crowd, hearing: Host) -> None:
    visitor = crowd.visitor()
    assert heard(visitor, "ready") == [None]

    visitor.calls("open")
    visitor.calls("open")
    visitor.sees(WELCOME)
    expect(visitor.launcher).to_have_attribute("aria-expanded", "true")
    visitor.calls("close")
    visitor.calls("no such command")

    expect(visitor.launcher).to_have_attribute("aria-expanded", "false")
    assert [event for event, _ in visitor.page.evaluate("heard")] == ["ready", "open", "close"]
    visitor.launcher.click()
    heard(visitor, "open", times=2)


def test_what_was_called_before_the_script_came_is_done_when_it_comes(crowd: Crowd, host: Host) -> None:
    host.snippet = QUEUES + host.snippet

    visitor = crowd.visitor()

    expect(visitor.launcher).to_have_attribute("aria-expanded", "true")
    visitor.sees(WELCOME)


def test_the_site_hears_of_a_chat_that_begins_of_what_is_unread_and_of_its_end(
    crowd: Crowd, hearing: Host
) -> None:
    agent, visitor = crowd.chatting("Ana")
    (began,) = heard(visitor, "started")
    assert began["conversation_id"]

    visitor.close()
    agent.say("Are you there?")
    assert heard(visitor, "unread") == [{"count": 1}]
    visitor.calls("open")
    assert heard(visitor, "unread", times=2)[-1] == {"count": 0}

    agent.close_conversation()
    ended = {"conversation_id": began["conversation_id"], "reason": "resolved"}
    assert heard(visitor, "ended") == [ended]


def test_a_page_that_changes_without_loading_is_noted(crowd: Crowd, company: Company, host: Host) -> None:
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)

    with visitor.page.expect_response(lambda it: it.url.endswith("/pages")) as told:
        visitor.page.evaluate("history.pushState(null, '', '/beans?kind=dark#secret')")

    assert told.value.ok
    assert told.value.request.post_data_json == {"url": f"{host.url}/beans?kind=dark"}
    assert kept(visitor, company)["pages"][-1].startswith(f"{host.url}/beans")


def test_reset_forgets_the_visitor_and_their_chat(crowd: Crowd, company: Company) -> None:
    agent, visitor = crowd.chatting("Ana")
    agent.say("It is a secret.")
    visitor.sees("It is a secret.")
    visitor.close()
    before = kept(visitor, company)
    assert before["visit"]

    visitor.calls("reset")

    eventually_sync(lambda: {"visit", "last", "chat"}.isdisjoint(kept(visitor, company)), what="nothing kept")
    visitor.open()
    visitor.sees(WELCOME)
    visitor.sees("It is a secret.", times=0)
    expect(visitor.panel.get_by_role("button", name="Earlier chats")).to_have_count(0)
    assert kept(visitor, company)["visit"] != before["visit"]


def test_reset_is_seen_in_the_visitors_other_tabs_which_go_on_together(
    crowd: Crowd, company: Company
) -> None:
    agent, visitor = crowd.chatting("Ana")
    agent.say("It is a secret.")
    visitor.sees("It is a secret.")
    other = crowd.tab_of(visitor)
    other.open()
    other.sees("It is a secret.")
    visitor.close()
    before = kept(visitor, company)

    visitor.calls("reset")

    other.sees("It is a secret.", times=0)
    other.sees(WELCOME)
    expect(other.panel.get_by_role("button", name="Earlier chats")).to_have_count(0)
    after = eventually_sync(lambda: kept(other, company).get("visit"), what="a new visit")
    assert after != before["visit"]
    other.choose(CHAT)
    other.sees(ONLINE)
    visitor.open()
    visitor.sees(ONLINE)
    visitor.sees("It is a secret.", times=0)
    assert kept(visitor, company)["visit"] == after


def test_a_tab_that_hears_late_of_a_reset_leaves_the_next_visit_alone(crowd: Crowd, company: Company) -> None:
    crowd.agent("Ana")
    visitor = crowd.waiting_visitor()
    other = crowd.tab_of(visitor)
    other.open()
    other.sees(ONLINE)
    visitor.close()

    # Its scripts stand still, as those of tabs do at which nobody looks.
    tab = other.page.context.new_cdp_session(other.page)
    tab.send("Debugger.enable")
    tab.send("Debugger.pause")
    visitor.calls("reset")
    visitor.open()
    visitor.sees(WELCOME)
    visitor.sees(ONLINE, times=0)
    visit = kept(visitor, company)["visit"]
    tab.send("Debugger.resume")

    other.sees(ONLINE, times=0)
    other.sees(WELCOME)
    assert kept(visitor, company)["visit"] == visit
    visitor.choose(CHAT)
    other.sees(ONLINE)


def test_a_panel_that_is_opened_just_as_it_begins_anew_is_drawn(crowd: Crowd, company: Company) -> None:
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
    visitor.close()
    before = kept(visitor, company)["visit"]

    visitor.page.frames[-1].evaluate(LEAVES_SLOWLY)
    visitor.page.evaluate("() => { livechat('reset'); setTimeout(() => livechat('open'), 350); }")

    eventually_sync(lambda: kept(visitor, company).get("visit", before) != before, what="a new visit")
    expect(visitor.page.locator("iframe")).to_be_visible()
    expect(visitor.log.get_by_text(WELCOME)).to_be_visible()


def test_destroy_takes_it_off_the_page_and_the_next_page_has_it_as_it_was(crowd: Crowd) -> None:
    visitor = crowd.visitor()
    visitor.open()
    crowd.agent("Ana")
    visitor.choose(CHAT)
    visitor.sees(ONLINE)

    visitor.calls("destroy")

    expect(visitor.launcher).to_have_count(0)
    expect(visitor.page.locator("iframe")).to_have_count(0)
    assert visitor.page.evaluate("'livechat' in window") is False
    visitor.arrive()
    visitor.open()
    visitor.sees(ONLINE)
