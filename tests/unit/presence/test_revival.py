"""An agent whose connection was lost is online again by being heard, in the same tab and within ten minutes."""

from functools import reduce
from typing import Literal

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from contracts.envelope import Event
from contracts.ids import stream
from contracts.presence import AgentWentOffline, AgentWentOnline
from contracts.signals import Heartbeat
from services.chassis.tokens import Caller
from services.presence.commands import Command, GoOffline, Revive
from services.presence.decider import DECIDER, State
from services.presence.projections import MODELS
from services.presence.queries import ONLINE_PAGE, lost_everywhere
from services.presence.service import SERVICE
from services.presence.timers import Leases, sweep
from tests.spec import given
from tests.unit.conversation.edge import Edge
from tests.unit.conversation.known_rows import KnownRows
from tests.unit.presence.examples import (
    ADA,
    BOB,
    T0,
    WORKSPACE,
    after,
    beacon,
    go_offline,
    go_online,
    online,
    recorded,
)
from tests.unit.presence.test_sweep import switch

ADAS = stream("agent", ADA)
Reason = Literal["switched", "connection_lost", "signed_out", "removed"]
OTHERS: list[Reason] = ["switched", "signed_out", "removed"]
BY_COMMAND: list[Literal["switched", "signed_out"]] = ["switched", "signed_out"]
lost = AgentWentOffline(at=after(60), agent_id=ADA, reason="connection_lost")


def heard(at: float, tab: str = "tab-1") -> Revive:
    return Revive(tab=tab, at=after(at))


def revived(at: float) -> AgentWentOnline:
    return online(at=at).model_copy(update={"revived": True})


def test_the_lost_tab_brings_its_agent_back() -> None:
    assert given(DECIDER, online(), lost).when(heard(61)) == [revived(61)]
    assert given(DECIDER, online(), lost).when(heard(660)) == [revived(660)]


def test_no_other_tab_and_no_later_time_does() -> None:
    assert given(DECIDER, online(), lost).when(heard(61, tab="tab-2")) == []
    assert given(DECIDER, online(), lost).when(heard(660.001)) == []


@pytest.mark.parametrize("reason", OTHERS)
def test_whoever_went_for_another_reason_stays_offline(reason: Reason) -> None:
    gone = lost.model_copy(update={"reason": reason})

    assert given(DECIDER, online(), gone).when(heard(61)) == []
    assert given(DECIDER, online(), lost, gone).when(heard(62)) == []


@pytest.mark.parametrize("reason", BY_COMMAND)
def test_whoever_is_lost_can_still_be_switched_off_and_signed_out(
    reason: Literal["switched", "signed_out"],
) -> None:
    command = GoOffline(reason=reason, at=after(70))

    [event] = given(DECIDER, online(), lost).when(command)

    assert isinstance(event, AgentWentOffline)
    assert event.reason == reason
    assert given(DECIDER, online(), lost, event).when(command) == []


def test_whoever_is_online_or_was_revived_is_not_revived() -> None:
    assert given(DECIDER, online()).when(heard(61)) == []
    assert given(DECIDER, online(), lost, revived(61)).when(heard(62)) == []
    assert given(DECIDER, online(), lost, online(at=61, tab="tab-2")).when(heard(62)) == []


def test_a_connection_is_lost_once() -> None:
    again = GoOffline(reason="connection_lost", at=after(70))

    assert given(DECIDER, online(), lost).when(again) == []
    assert given(DECIDER, online(), lost, revived(75)).when(again) == [
        lost.model_copy(update={"at": after(70)})
    ]


commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(go_online, at=st.integers(0, 900), tab=st.sampled_from(["tab-1", "tab-2"])),
    st.builds(go_offline, at=st.integers(0, 900)),
    st.builds(lambda at: GoOffline(reason="connection_lost", at=after(at)), st.integers(0, 900)),
    st.builds(heard, st.integers(0, 900), st.sampled_from(["tab-1", "tab-2"])),
)


@settings(deadline=None)
@for_all(st.lists(commands, max_size=20))
def test_a_revival_follows_a_lost_connection_of_the_same_tab_directly(history: list[Command]) -> None:
    state: State = DECIDER.initial
    told: list[Event] = []
    for command in history:
        events = DECIDER.decide(command, state)
        state = reduce(DECIDER.evolve, events, state)
        told += events
        assert DECIDER.decide(command, state) == []
    for place, event in enumerate(told):
        if isinstance(event, AgentWentOnline) and event.revived:
            gone, before = told[place - 1], told[place - 2]
            assert isinstance(gone, AgentWentOffline)
            assert gone.reason == "connection_lost"
            assert isinstance(before, AgentWentOnline)
            assert before.tab == event.tab


@pytest.fixture
async def edge() -> Edge:
    """Ada was online in a tab, and a sweep after a minute found nothing of her."""
    edge = Edge(SERVICE, T0)
    await switch(edge, ADA, "online")
    await sweep(edge.ports, listening(), after(60))
    assert isinstance(edge.events(ADAS)[-1], AgentWentOffline)
    return edge


def listening(*tabs: str, at: float = 65) -> Leases:
    """Leases that heard beacons for a minute, and these tabs of Ada's then."""
    leases = Leases(T0)
    for second in range(61):
        leases.heard(beacon(), after(second))
    for tab in tabs:
        leases.heard(Heartbeat(workspace_id=WORKSPACE, agent_id=ADA, tab=tab, at=after(at)), after(at))
    return leases


async def test_the_sweep_brings_back_whose_tab_is_heard_and_once(edge: Edge) -> None:
    leases = listening("tab-2", "tab-1")

    assert await sweep(edge.ports, leases, after(66)) == 1
    assert await sweep(edge.ports, leases, after(67)) == 0

    back = edge.events(ADAS)[-1]
    assert isinstance(back, AgentWentOnline)
    assert (back.revived, back.tab, back.name) == (True, "tab-1", "Ada")


async def test_the_sweep_brings_back_who_switched_on_elsewhere_as_well_by_that_tab(edge: Edge) -> None:
    await switch(edge, ADA, "online")
    caller = Caller(kind="agent", id=ADA, workspace_id=WORKSPACE, name="Ada", role="agent", session_id=BOB)
    await edge.ask(caller, "POST", "/online", {"tab": "tab-2"})
    assert await sweep(edge.ports, listening(), after(60)) == 1

    assert await sweep(edge.ports, listening("tab-2"), after(66)) == 1

    back = edge.events(ADAS)[-1]
    assert isinstance(back, AgentWentOnline)
    assert (back.revived, back.tab, back.session_id) == (True, "tab-2", BOB)


async def test_a_new_tab_starts_offline(edge: Edge) -> None:
    assert await sweep(edge.ports, listening("tab-2", ""), after(66)) == 0


async def test_what_was_heard_before_the_connection_was_lost_means_nothing(edge: Edge) -> None:
    assert await sweep(edge.ports, listening("tab-1", at=59), after(66)) == 0


@pytest.mark.parametrize("at", [66, 84, 86, 120, 659])
async def test_nobody_comes_back_by_silence_however_long(edge: Edge, at: float) -> None:
    assert await sweep(edge.ports, listening(), after(at)) == 0


async def test_whoever_switched_off_is_not_brought_back(edge: Edge) -> None:
    await sweep(edge.ports, listening("tab-1"), after(66))
    await switch(edge, ADA, "offline")

    assert await sweep(edge.ports, listening("tab-1", at=70), after(71)) == 0


async def test_all_who_were_lost_lately_are_read_and_no_others() -> None:
    rows = KnownRows(MODELS)
    for number in range(ONLINE_PAGE + 50):
        agent_id = f"agent-{number}"
        went = online().model_copy(update={"agent_id": agent_id})
        rows.fold(recorded(went, 1, of=agent_id))
        rows.fold(
            recorded(lost.model_copy(update={"agent_id": agent_id, "at": after(number)}), 2, of=agent_id)
        )

    assert len(await lost_everywhere(rows, after(0))) == ONLINE_PAGE + 50
    assert len(await lost_everywhere(rows, after(ONLINE_PAGE))) == 50
