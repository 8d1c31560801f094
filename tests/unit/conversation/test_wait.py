"""The wait as it passes: the timer that the start sets, and what it finds when it is due."""

from datetime import timedelta

import pytest

from contracts.conversation import Assigned, BotPosted, WaitExpired
from contracts.envelope import Metadata
from contracts.ids import derived_id
from services.chassis.execution import execute
from services.chassis.timers import Timers
from services.conversation.commands.conversation import Command
from services.conversation.decider import DECIDER
from services.conversation.service import SERVICE
from tests.unit.conversation.edge import Edge
from tests.unit.conversation.examples import (
    STREAM,
    T0,
    WAIT_S,
    WORKSPACE,
    close,
    no_decision,
    start,
    take,
)


@pytest.fixture
async def edge() -> Edge:
    """A conversation waits."""
    edge = Edge(SERVICE, T0)
    await ask(edge, start())
    return edge


async def ask(edge: Edge, command: Command) -> None:
    await execute(
        edge.ports, DECIDER, STREAM, command, Metadata(WORKSPACE, derived_id(command), "c", "c", "x")
    )


async def pass_time(edge: Edge, seconds: float) -> int:
    edge.clock.move(timedelta(seconds=seconds))
    return await Timers(SERVICE, edge.ports).fire_due()


async def test_before_the_wait_time_is_over_nothing_happens(edge: Edge) -> None:
    assert await pass_time(edge, WAIT_S - 0.001) == 0


async def test_when_it_is_over_the_conversation_is_missed_once(edge: Edge) -> None:
    assert await pass_time(edge, WAIT_S) == 1

    expired, offline = edge.events(STREAM)[-2:]
    assert isinstance(expired, WaitExpired)
    assert isinstance(offline, BotPosted)
    assert await pass_time(edge, WAIT_S) == 0


@pytest.mark.parametrize("command", [take(), close(), no_decision])
async def test_the_timer_goes_with_whatever_ends_the_wait(edge: Edge, command: Command) -> None:
    await ask(edge, command)

    assert edge.store.timers == {}


async def test_a_late_take_stands_beside_the_expiry(edge: Edge) -> None:
    await pass_time(edge, WAIT_S)

    await ask(edge, take())

    taken = edge.events(STREAM)[-1]
    assert isinstance(taken, Assigned)
    assert taken.late
