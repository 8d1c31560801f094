"""Condition cards of a walk over HTTP: the business hours, who is online, who was here before."""

from datetime import timedelta
from typing import Any

from contracts.deciding import ConditionDecided
from contracts.flow import Flow
from contracts.gateway import BusinessHoursSet
from contracts.hours import BusinessHours, HoursSeen
from contracts.ids import derived_id
from contracts.presence import AgentWentOffline, AgentWentOnline
from services.chassis.tokens import Caller
from services.playbook.service import SERVICE
from tests.unit.playbook.examples import AGENT, AT, capture, condition, end, flow, person, question
from tests.unit.playbook.test_conditions import CONDITION
from tests.unit.playbook.world import WORKSPACE, World

EDITOR = Caller(kind="agent", id=AGENT, workspace_id=WORKSPACE, name="Eve", role="editor")
VISITOR = derived_id("visitor")
ONLINE = AgentWentOnline(at=AT, agent_id=AGENT, name="Eve", tab="one")
OFFLINE = AgentWentOffline(at=AT, agent_id=AGENT, reason="switched")


def asking(of: str) -> Flow:
    """A question, and behind it a condition."""
    asked = condition(CONDITION.validate_python({"of": of}), "yes", "no")
    return flow("ask", ask=question(go="asked"), asked=asked, yes=end, no=end)


class Visits:
    """Visits to one active playbook."""

    def __init__(self, world: World, playbook_id: str) -> None:
        self.world, self.playbook_id = world, playbook_id

    async def post(self, visit_id: str, step: str, body: object) -> None:
        visitor = Caller(
            kind="visitor",
            id=VISITOR,
            workspace_id=WORKSPACE,
            visit_id=visit_id,
            playbook_id=self.playbook_id,
        )
        answer = await self.world.ask(visitor, "POST", f"/visits/{visit_id}/{step}", body)
        assert answer.is_success, answer.text

    async def decided(self, name: str) -> ConditionDecided:
        """How the condition of a new visit is decided."""
        visit_id = derived_id("visit", name)
        self.world.clock.move(timedelta(seconds=1))
        await self.post(visit_id, "start", {})
        await self.post(visit_id, "answers", {"card_id": "ask", "choice_id": "go"})
        return next(event for event in reversed(self.world.events) if isinstance(event, ConditionDecided))


async def visits(flow_: Flow) -> Visits:
    world = World(SERVICE)
    made = await world.ask(EDITOR, "POST", "/playbooks", {"name": "Home page"})
    playbook_id = made.json()["ids"]["playbook_id"]
    steps: list[tuple[str, Any]] = [
        ("flow", {"flow": flow_.model_dump(mode="json")}),
        ("publish", {}),
        ("activate", None),
    ]
    for step, body in steps:
        answer = await world.ask(EDITOR, "POST", f"/playbooks/{playbook_id}/{step}", body)
        assert answer.is_success, answer.text
    return Visits(world, playbook_id)


async def test_whoever_is_online_decides_at_the_moment_of_the_answer() -> None:
    site = await visits(asking("online"))
    assert (await site.decided("nobody")).weighed.online == ()

    await site.world.hear(ONLINE, f"agent-{AGENT}")
    found = await site.decided("somebody")
    assert (found.case, [seen.agent_id for seen in found.weighed.online or ()]) == (1, [AGENT])

    await site.world.hear(OFFLINE, f"agent-{AGENT}")
    assert (await site.decided("nobody again")).case == 0


async def test_agents_of_another_workspace_are_nobody() -> None:
    site = await visits(asking("online"))

    await site.world.hear(ONLINE, f"agent-{AGENT}", workspace_id=derived_id("another"))

    assert (await site.decided("alone")).case == 0


def hours_set(revision: int, *intervals: tuple[str, str]) -> BusinessHoursSet:
    """On the Monday on which visits are, these intervals in London; without any, no hours."""
    monday = [{"opens": opens, "closes": closes} for opens, closes in intervals]
    told = {"time_zone": "Europe/London", "week": {"monday": monday}}
    hours = BusinessHours.model_validate(told) if intervals else None
    return BusinessHoursSet(at=AT, revision=revision, hours=hours, by=AGENT)


async def test_hours_decide_from_the_moment_on_at_which_they_are_set() -> None:
    site = await visits(asking("hours"))
    first = await site.decided("always open")
    assert (first.case, first.weighed.hours) == (1, HoursSeen(open=True, revision=0))

    await site.world.hear(hours_set(1, ("10:00", "18:00")), f"workspace-{WORKSPACE}")
    early = await site.decided("before they open")
    assert (early.case, early.weighed.hours) == (0, HoursSeen(open=False, revision=1))
    site.world.clock.move(timedelta(hours=1))
    assert (await site.decided("open")).case == 1

    await site.world.hear(hours_set(2), f"workspace-{WORKSPACE}")
    last = await site.decided("always open again")
    assert (last.case, last.weighed.hours) == (1, HoursSeen(open=True, revision=2))


async def test_hours_of_another_workspace_close_nothing() -> None:
    site = await visits(asking("hours"))

    await site.world.hear(hours_set(1, ("10:00", "18:00")), workspace_id=derived_id("another"))

    assert (await site.decided("open")).case == 1


async def test_a_visitor_returns_from_the_second_visit_on() -> None:
    site = await visits(asking("returning"))

    assert [(await site.decided(name)).case for name in ("first", "second", "third")] == [0, 1, 1]


async def test_an_offline_flow_decides_as_well() -> None:
    asked = condition(CONDITION.validate_python({"of": "online"}), "end", "name")
    cards: Any = {"asked": asked, "name": capture("name", "end"), "end": end}
    site = await visits(flow("ask", ask=question(go="chat"), chat=person("asked"), **cards))
    visit_id = derived_id("visit", "alone")
    await site.post(visit_id, "start", {})
    await site.post(visit_id, "answers", {"card_id": "ask", "choice_id": "go"})

    await site.world.pass_time(16)

    decided = [event for event in site.world.events if isinstance(event, ConditionDecided)]
    assert [(event.case, event.next) for event in decided] == [(0, "name")]
