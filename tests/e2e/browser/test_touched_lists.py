"""By touch: no row moves from the first contact of a finger until it has left."""

from playwright.sync_api import CDPSession, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.waiting import eventually_sync

DRAGGED_PX = 40
"""Farther than a tap may slip: a finger that only rests asks for a menu."""


class Finger:
    """One finger on a list."""

    def __init__(self, screen: AgentScreen) -> None:
        self._screen = screen
        self._session: CDPSession = screen.page.context.new_cdp_session(screen.page)

    def touches(self) -> None:
        """The first row."""
        box = self._screen.rows().first.bounding_box()
        assert box is not None
        self._at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self._tells("touchStart", self._at)

    def drags(self) -> None:
        """It pulls the list, and rests there."""
        x, y = self._at
        for step in range(1, 5):
            self._tells("touchMove", (x, y + step * DRAGGED_PX / 4))

    def leaves(self) -> None:
        """It is taken off."""
        self._tells("touchEnd")

    def _tells(self, what: str, *points: tuple[float, float]) -> None:
        touched = [{"x": x, "y": y} for x, y in points]
        self._session.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": touched})


def waits(company: Company, crowd: Crowd) -> str:
    """One more conversation, the only one in Unassigned."""
    crowd.waiting_visitor()

    def waiting() -> str | None:
        found = company.get("folders/unassigned", service="gateway")["items"]
        return found[0]["conversation_id"] if len(found) == 1 else None

    return str(eventually_sync(waiting, what="a conversation that waits"))


def given(company: Company, conversation_id: str) -> None:
    """It is the agent's."""
    agents = company.get("agents", service="presence")["items"]
    (agent_id,) = [one["agent_id"] for one in agents if one["name"] == "Ana"]
    body = {"agent_id": agent_id, "expected_holder": None}
    company.post(f"conversations/{conversation_id}/assign", body, service="conversation")


def test_what_a_finger_is_on_stays_until_it_has_left(crowd: Crowd, company: Company) -> None:
    ana = crowd.agent("Ana", has_touch=True)
    first = waits(company, crowd)
    given(company, first)
    expect(ana.folder("Unassigned")).not_to_contain_text("1")
    second = waits(company, crowd)
    ana.open_folder("My conversations")
    expect(ana.rows()).to_have_count(1)
    # The mouse is nowhere, and the cursor in no list.
    ana.page.mouse.move(0, 0)
    finger = Finger(ana)

    finger.touches()
    finger.drags()
    given(company, second)
    expect(ana.page.get_by_role("button", name="1 new", exact=True)).to_be_visible()
    expect(ana.rows()).to_have_count(1)
    finger.leaves()
    expect(ana.rows()).to_have_count(2)
    expect(ana.rows().nth(1)).to_have_attribute("data-row", first)

    finger.touches()
    finger.leaves()
    ana.page.wait_for_url(f"**/{second}")
