"""The presence service over HTTP: the switch, and who is online."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.ids import derived_id, stream
from contracts.presence import AgentWentOffline, AgentWentOnline
from services.chassis.tokens import Caller
from services.presence.service import SERVICE
from tests.unit.conversation.edge import Edge
from tests.unit.presence.examples import ADA, BOB, ELSEWHERE, T0, WORKSPACE


def agent(agent_id: str, name: str, workspace_id: str = WORKSPACE) -> Caller:
    return Caller(kind="agent", id=agent_id, workspace_id=workspace_id, name=name, role="agent")


ada, bob = agent(ADA, "Ada"), agent(BOB, "Bob")
stranger = agent(derived_id("stranger"), "Stranger", ELSEWHERE)
visitor = Caller(
    kind="visitor", id=derived_id("visitor"), workspace_id=WORKSPACE, visit_id=derived_id("visit")
)
HERE = {"tab": "tab-1"}


@pytest.fixture
def edge() -> Edge:
    return Edge(SERVICE, T0)


async def listed(edge: Edge, caller: Caller = ada) -> dict[str, bool]:
    answer = await edge.ask(caller, "GET", "/agents")
    return {row["name"]: row["online"] for row in answer.json()["items"]}


async def test_an_agent_switches_online_and_offline(edge: Edge) -> None:
    await edge.ask(ada, "POST", "/online", HERE)
    assert await listed(edge) == {"Ada": True}
    edge.clock.move(timedelta(seconds=1))

    await edge.ask(ada, "POST", "/offline")

    assert await listed(edge) == {"Ada": False}
    on, off = edge.events(stream("agent", ADA))
    assert isinstance(on, AgentWentOnline)
    assert (on.agent_id, on.name, on.tab) == (ADA, "Ada", "tab-1")
    assert isinstance(off, AgentWentOffline)
    assert off.reason == "switched"


async def test_whoever_leaves_a_tab_stays_online_where_they_switched_on_as_well(edge: Edge) -> None:
    here, there = (ada.model_copy(update={"session_id": derived_id(name)}) for name in ("here", "there"))
    await edge.ask(here, "POST", "/online", HERE)
    await edge.ask(there, "POST", "/online", {"tab": "tab-2"})

    await edge.ask(here, "POST", "/offline", HERE)
    assert await listed(edge) == {"Ada": True}

    await edge.ask(there, "POST", "/offline", {"tab": "tab-2"})
    assert await listed(edge) == {"Ada": False}


async def test_switching_to_what_is_so_already_is_accepted_and_changes_nothing(edge: Edge) -> None:
    assert (await edge.ask(ada, "POST", "/offline")).json()["version"] == 0

    answers = [await edge.ask(ada, "POST", "/online", HERE) for _ in range(3)]

    assert [(answer.status_code, answer.json()["version"]) for answer in answers] == [(200, 1)] * 3


async def test_agents_see_the_agents_of_their_workspace(edge: Edge) -> None:
    for caller in (ada, bob, stranger):
        await edge.ask(caller, "POST", "/online", HERE)

    assert await listed(edge) == {"Ada": True, "Bob": True}
    assert await listed(edge, stranger) == {"Stranger": True}


async def test_the_agents_are_read_in_pages_by_name(edge: Edge) -> None:
    names = ["Cy", "Ada", "Bob", "Ada", "Ada"]
    for number, name in enumerate(names):
        await edge.ask(agent(derived_id("agent", number), name), "POST", "/online", HERE)

    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await edge.ask(ada, "GET", f"/agents?limit=2{cursor}")).json()
        found += page["items"]
        cursor = f"&cursor={page['next']}" if page["next"] else None

    assert [row["name"] for row in found] == sorted(names)
    assert len({row["agent_id"] for row in found}) == len(names)


@pytest.mark.parametrize(("method", "path"), [("POST", "/online"), ("POST", "/offline"), ("GET", "/agents")])
async def test_visitors_have_no_presence(edge: Edge, method: str, path: str) -> None:
    body = HERE if path == "/online" else None

    assert (await edge.ask(visitor, method, path, body)).status_code == 403


@pytest.mark.parametrize(
    "body", [{}, {"tab": ""}, {"tab": "x" * 65}, {"tab": "a b"}, {"tab": 1}, {**HERE, "at": 1}]
)
async def test_a_body_that_does_not_fit_is_refused(edge: Edge, body: object) -> None:
    assert (await edge.ask(ada, "POST", "/online", body)).status_code == 422
    assert edge.events(stream("agent", ADA)) == []
