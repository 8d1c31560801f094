"""In the inbox, too, a long chat is read back to its start, and who reads above stays there until they want the end."""

from playwright.sync_api import Locator, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_long_chat import AT_END, TOP, written

LINES = 240


def _said(agent: AgentScreen, number: int) -> Locator:
    return agent.log.get_by_text(f"Line {number}.", exact=True)


def test_a_long_chat_is_read_up_to_its_start_and_news_wait_at_the_end(crowd: Crowd, company: Company) -> None:
    company.switch("online")
    company.knows_online("Ana")
    crowd.waiting_visitor()
    path = written(company, LINES)
    ben = crowd.agent("Ben")
    ben.open_folder("Ana")
    ben.open_conversation()
    latest = ben.page.get_by_role("button", name="Jump to the latest")
    expect(_said(ben, LINES - 1)).to_be_in_viewport()
    expect(latest).to_have_count(0)

    ben.log.evaluate("(it) => { it.scrollTop -= 1000; }")
    ben.page.evaluate("() => new Promise(requestAnimationFrame)")
    looked_at = _said(ben, LINES - 30)
    before = looked_at.evaluate(TOP)
    company.post(path, {"text": "News."}, service="conversation")
    expect(ben.log.get_by_text("News.")).to_have_count(1)
    assert looked_at.evaluate(TOP) == before
    latest.click()
    expect(ben.log.get_by_text("News.")).to_be_in_viewport()
    expect(latest).to_have_count(0)
    assert ben.log.evaluate(AT_END)
