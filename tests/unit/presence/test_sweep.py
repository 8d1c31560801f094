"""The sweep: who expired goes offline, once, in every workspace, and only in the time online that was lost."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.ids import derived_id, stream
from contracts.presence import AgentWentOffline, AgentWentOnline
from services.chassis.ports import Fenced
from services.chassis.tokens import Caller
from services.presence import timers
from services.presence.projections import MODELS
from services.presence.queries import ONLINE_PAGE, online_everywhere
from services.presence.service import SERVICE
from services.presence.timers import Leases, run_lease, sweep
from tests.unit.conversation.edge import Edge
from tests.unit.conversation.known_rows import KnownRows
from tests.unit.heard import Heard
from tests.unit.presence.examples import (
    ADA,
    BOB,
    ELSEWHERE,
    NAMES,
    T0,
    WORKSPACE,
    after,
    beacon,
    online,
    recorded,
)

ADAS, BOBS = stream("agent", ADA), stream("agent", BOB)


@pytest.fixture
async def edge() -> Edge:
    """Ada and Bob, of two workspaces, are online, and nothing is heard of them."""
    edge = Edge(SERVICE, T0)
    await switch(edge, ADA, "online")
    await switch(edge, BOB, "online", ELSEWHERE)
    return edge


async def switch(edge: Edge, agent_id: str, to: str, workspace_id: str = WORKSPACE) -> None:
    caller = Caller(kind="agent", id=agent_id, workspace_id=workspace_id, name=NAMES[agent_id], role="agent")
    body = {"tab": "tab-1"} if to == "online" else None
    assert (await edge.ask(caller, "POST", f"/{to}", body)).status_code == 200


def listening(until: int) -> Leases:
    """Leases that heard beacons and nothing else."""
    leases = Leases(T0)
    for second in range(until + 1):
        leases.heard(beacon(), after(second))
    return leases


async def test_a_sweep_takes_whoever_expired_offline_in_every_workspace(edge: Edge) -> None:
    assert await sweep(edge.ports, listening(60), after(60)) == 2

    for agent_stream in (ADAS, BOBS):
        lost = edge.events(agent_stream)[-1]
        assert isinstance(lost, AgentWentOffline)
        assert (lost.reason, lost.at) == ("connection_lost", after(60))
    metadata = edge.store.streams[BOBS][-1].metadata
    assert (metadata.workspace_id, metadata.actor) == (ELSEWHERE, "service:presence")


async def test_the_next_sweep_finds_nobody(edge: Edge) -> None:
    await sweep(edge.ports, listening(60), after(60))

    assert await sweep(edge.ports, listening(61), after(61)) == 0
    assert [len(edge.events(agent_stream)) for agent_stream in (ADAS, BOBS)] == [2, 2]


async def test_two_replicas_that_know_the_same_take_an_agent_offline_once(edge: Edge) -> None:
    stale = KnownRows(MODELS, [recorded(online(ADA))])
    replica = replace(edge.ports, reader=stale)

    await sweep(edge.ports, listening(60), after(60))
    await sweep(replica, listening(60), after(60))

    assert len(edge.events(ADAS)) == 2


async def test_a_sweep_that_knows_too_little_leaves_a_later_time_online_alone(edge: Edge) -> None:
    stale = KnownRows(MODELS, [recorded(online(ADA))])
    edge.clock.move(timedelta(seconds=50))
    await switch(edge, ADA, "offline")
    await switch(edge, ADA, "online")

    await sweep(replace(edge.ports, reader=stale), listening(60), after(60))

    assert isinstance(edge.events(ADAS)[-1], AgentWentOnline)


async def test_everyone_who_is_online_is_read_however_many_they_are() -> None:
    rows = KnownRows(MODELS)
    for number in range(2 * ONLINE_PAGE):
        agent_id, workspace_id = derived_id("agent", number), derived_id("workspace", number % 7)
        event = online().model_copy(update={"agent_id": agent_id})
        rows.fold(recorded(event, of=agent_id, workspace_id=workspace_id))

    found = await online_everywhere(rows)

    assert len({agent.agent_id for agent in found}) == len(found) == 2 * ONLINE_PAGE


async def test_the_role_listens_and_sweeps_until_it_is_cancelled(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "SWEEP_S", 0)
    heard = Heard()
    role = asyncio.create_task(run_lease(replace(edge.ports, signals=heard)))

    edge.store.fence = "behind"
    await let_pass(edge, heard, 40)
    assert len(edge.events(ADAS)) == 1
    edge.store.fence = None
    await let_pass(edge, heard, 1)
    assert len(edge.events(ADAS)) == 2

    role.cancel()
    with pytest.raises(asyncio.CancelledError):
        await role
    assert heard.listeners == []


async def let_pass(edge: Edge, heard: Heard, seconds: int) -> None:
    """Seconds in each of which a beacon and a sweep come."""
    for _ in range(seconds):
        await asyncio.sleep(0)
        edge.clock.move(timedelta(seconds=1))
        await heard.send("", beacon())
        await asyncio.sleep(0)


async def test_a_fence_is_told_to_whoever_sweeps(edge: Edge) -> None:
    edge.store.fence = "behind"

    with pytest.raises(Fenced):
        await sweep(edge.ports, listening(60), after(60))
