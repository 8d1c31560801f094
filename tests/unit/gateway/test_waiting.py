"""What the socket of a visitor who waits is told: their own number, while they wait, and nothing of anybody else."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from contracts.conversation import Released, WaitExpired
from contracts.envelope import Event
from contracts.ids import derived_id
from contracts.topics import INBOX_STATE
from services.chassis.models import Changed
from services.gateway.sockets import waiting
from tests.unit.gateway.client import Client, authorise, socket, versions
from tests.unit.gateway.examples import (
    ADA,
    CHAT,
    CONVERSATION,
    REQUEST,
    T0,
    VISIT,
    VISITOR,
    WALK,
    ada,
    after,
    assigned,
    closed,
    inbox_row,
    recorded,
    requested,
    started,
    visit_started,
    visitor,
)
from tests.unit.gateway.replica import Replica

AHEAD = derived_id("ahead")
TAKEN: Any = {"holder_id": ADA, "holder_name": "Ada"}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "QUEUE_EVERY_S", 0.01)


STARTED = started.model_copy(update={"show_queue_position": True})
EXPIRED = WaitExpired(
    at=T0,
    conversation_id=CONVERSATION,
    visitor_id=VISITOR,
    visit_id=VISIT,
    request_id=REQUEST,
    reason="wait_time",
)
RELEASED = Released(
    at=T0,
    conversation_id=CONVERSATION,
    visitor_id=VISITOR,
    previous_agent_id=ADA,
    reason="agent_removed",
    answer_by=after(120),
)


def number(position: int) -> dict[str, Any]:
    return {"type": "queue", "conversation_id": CONVERSATION, "position": position}


def waits(replica: Replica, beginning: Event = STARTED, **changes: Any) -> None:
    """The visitor waits, behind another one."""
    replica.topics.append(recorded(visit_started, 1, WALK), recorded(requested, 2, WALK))
    replica.topics.append(recorded(beginning, 1))
    for conversation_id, row in (
        (AHEAD, inbox_row(conversation_id=AHEAD, started_at=T0 - timedelta(seconds=9))),
        (CONVERSATION, inbox_row(**changes)),
    ):
        replica.topics.publish(INBOX_STATE, conversation_id, Changed(conversation_id, row))


def moves_up(replica: Replica) -> None:
    row = inbox_row(conversation_id=AHEAD, version=2, **TAKEN)
    replica.topics.publish(INBOX_STATE, AHEAD, Changed(AHEAD, row))


async def quiet(client: Client) -> None:
    """Nothing comes before the answer to a ping."""
    await client.send(type="ping")
    assert await client.next() == {"type": "pong"}


async def test_a_visitor_is_told_while_they_wait(app: FastAPI, replica: Replica) -> None:
    replica.topics.append(recorded(visit_started, 1, WALK))
    async with socket(app) as client:
        await authorise(client, replica, visitor)
        waits(replica)
        assert (await client.until("queue"))[-1]["event"]["type"] == "conversation.conversation_started.v1"
        moves_up(replica)
        assert await client.next() == number(1)


async def test_a_new_socket_is_told_again_and_nothing_of_others(app: FastAPI, replica: Replica) -> None:
    waits(replica)
    async with socket(app) as client:
        frames = await authorise(client, replica, visitor, have={WALK: 2, CHAT: 1})
        assert [*frames, await client.next()] == [number(2)] or frames == [number(2)]


@pytest.mark.parametrize("over", [assigned, EXPIRED, closed])
async def test_after_the_wait_nothing_more_is_told(app: FastAPI, replica: Replica, over: Event) -> None:
    waits(replica)
    async with socket(app) as client:
        frames = await authorise(client, replica, visitor)
        assert number(2) in [*frames, await client.next()]
        replica.topics.append(recorded(over, 2))
        assert (await client.next())["version"] == 2
        moves_up(replica)
        await quiet(client)
        assert not replica_queues(app)


async def test_who_waits_again_is_told_again(app: FastAPI, replica: Replica) -> None:
    waits(replica, **TAKEN)
    replica.topics.append(recorded(assigned, 2))
    async with socket(app) as client:
        await authorise(client, replica, visitor)
        await quiet(client)
        replica.topics.append(recorded(RELEASED, 3))
        replica.topics.publish(INBOX_STATE, CONVERSATION, Changed(CONVERSATION, inbox_row(version=3)))
        assert (await client.next())["version"] == 3
        assert await client.next() == number(2)


@pytest.mark.parametrize("live", [True, False])
async def test_where_the_card_says_nothing_of_it_nobody_is_told(
    app: FastAPI, replica: Replica, live: bool
) -> None:
    if not live:
        waits(replica, started)
    async with socket(app) as client:
        frames = await authorise(client, replica, visitor)
        if live:
            waits(replica, started)
        await client.send(type="ping")
        frames += await client.until("pong")
        assert versions(frames, CHAT) == [1]
        assert not replica_queues(app)


async def test_agents_are_told_no_numbers(app: FastAPI, replica: Replica) -> None:
    waits(replica)
    async with socket(app) as client:
        await authorise(client, replica, ada)
        await client.send(type="follow", stream=CHAT)
        assert (await client.next())["version"] == 1
        await quiet(client)
        assert not replica_queues(app)


def replica_queues(app: FastAPI) -> Any:
    """The lines that this replica keeps."""
    return app.state.hub.queues._queues
