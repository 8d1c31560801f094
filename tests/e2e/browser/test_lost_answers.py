"""A command whose answer is lost after it was done is sent again, and is done once."""

from playwright.sync_api import Page, Route, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd, meet


class Loses:
    """The first answer of each command that a page sends does not reach it, although the server gave it."""

    def __init__(self, page: Page) -> None:
        self.lost: list[str] = []
        self._known: set[str] = set()
        page.context.route("**/api/**", self._carry)

    def _carry(self, route: Route) -> None:
        request = route.request
        key = request.headers.get("idempotency-key")
        if request.method != "POST" or key is None or key in self._known:
            route.continue_()
            return
        self._known.add(key)
        assert route.fetch().ok
        self.lost.append(request.url)
        route.abort("connectionreset")

    def of(self, what: str) -> int:
        """How many commands of this kind lost their answer."""
        return sum(url.endswith(what) for url in self.lost)


def test_whatever_answer_is_lost_everything_is_there_once(crowd: Crowd, company: Company) -> None:
    agent, visitor = crowd.agent("Ana"), crowd.visitor()
    of_visitor, of_agent = Loses(visitor.page), Loses(agent.page)
    visitor.open()
    meet(agent, "Ana", visitor)
    said = [f"{who} says {number}" for number in range(5) for who in ("visitor", "agent")]
    for text in said:
        (visitor if text.startswith("visitor") else agent).say(text)
    for text in said:
        visitor.sees(text)
        agent.sees(text)
    agent.create("lead")
    expect(agent.outcomes.get_by_role("listitem")).to_have_count(1)
    agent.close_conversation()
    expect(visitor.panel.get_by_role("button", name="Start a new chat")).to_be_visible()

    assert (of_visitor.of("/answers"), of_visitor.of("/messages")) == (1, 5)
    assert [of_agent.of(what) for what in ("/take", "/messages", "/leads", "/close")] == [1, 5, 1, 1]
    for text in said:
        visitor.sees(text)
        agent.sees(text)
    assert len(company.get("leads", service="crm")["items"]) == 1
