"""Operators see how many conversations nobody has, since when, and for how many of them the wait is over."""

import pytest
from prometheus_client import REGISTRY

from contracts.envelope import Metadata
from contracts.ids import derived_id
from services.chassis.execution import execute
from services.conversation.decider import DECIDER
from services.conversation.service import SERVICE
from services.conversation.timers import Visitors, sweep
from tests.unit.conversation.edge import Edge
from tests.unit.conversation.examples import STREAM, T0, WAIT_S, WORKSPACE, after, start, take


@pytest.fixture
async def edge() -> Edge:
    """A conversation waits since T0."""
    edge = Edge(SERVICE, T0)
    await execute(edge.ports, DECIDER, STREAM, start(), Metadata(WORKSPACE, "c1", "c", "c", "x"))
    return edge


async def told(edge: Edge, second: int) -> tuple[float | None, ...]:
    """How many wait, since how many seconds, how many of them too long."""
    await sweep(edge.ports, Visitors(T0), after(second))
    names = ("unassigned", "unassigned_oldest_age_seconds", "overdue")
    return tuple(REGISTRY.get_sample_value(f"livechat_conversations_{name}") for name in names)


async def test_a_conversation_waits_and_is_overdue_when_its_wait_is_over(edge: Edge) -> None:
    assert await told(edge, 7) == (1, 7, 0)
    assert await told(edge, WAIT_S) == (1, WAIT_S, 0)
    assert await told(edge, WAIT_S + 1) == (1, WAIT_S + 1, 1)


async def test_one_that_an_agent_took_waits_no_more(edge: Edge) -> None:
    await told(edge, WAIT_S + 1)
    metadata = Metadata(WORKSPACE, derived_id("take"), "c", "c", "x")

    await execute(edge.ports, DECIDER, STREAM, take(), metadata)

    assert await told(edge, WAIT_S + 2) == (0, 0, 0)
