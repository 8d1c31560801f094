"""Open screens: the rows they get, the signs of life they give, and how much may wait for them."""

import pytest
from fastapi import FastAPI

from contracts.signals import Heartbeat, VisitorPresence
from contracts.topics import AGENTS_STATE, INBOX_STATE
from services.chassis.models import Changed
from services.gateway.sockets import outgoing
from tests.unit.gateway.client import Closed, authorise, socket, versions
from tests.unit.gateway.examples import (
    ADA,
    BOB,
    CHAT,
    CONVERSATION,
    VISIT,
    WORKSPACE,
    ada,
    agent_row,
    inbox_row,
    recorded,
    said,
    started,
    stranger,
    visitor,
)
from tests.unit.gateway.replica import Replica


async def test_open_screens_get_the_rows_that_change(app: FastAPI, replica: Replica) -> None:
    async with socket(app) as client, socket(app) as elsewhere:
        await authorise(client, replica, ada, folders=True)
        await authorise(elsewhere, replica, stranger, folders=True)
        replica.topics.publish(INBOX_STATE, CONVERSATION, Changed(CONVERSATION, inbox_row()))
        first = await client.next()
        assert [row["folder"] for row in first["rows"]] == ["unassigned"]

        for version, holder in ((2, ADA), (3, BOB)):
            row = inbox_row(version=version, holder_id=holder)
            replica.topics.publish(INBOX_STATE, CONVERSATION, Changed(CONVERSATION, row))
        replica.topics.publish(AGENTS_STATE, ADA, Changed(ADA, agent_row()))
        second = await client.next()
        assert [(row["kind"], row["version"]) for row in second["rows"]] == [
            ("conversation", 3),
            ("agent", 1),
        ]

        replica.topics.publish(INBOX_STATE, CONVERSATION, Changed(CONVERSATION, None))
        gone = {"kind": "conversation", "conversation_id": CONVERSATION, "gone": True}
        assert (await client.next())["rows"] == [gone]
        await elsewhere.send(type="ping")
        assert await elsewhere.next() == {"type": "pong"}


async def test_open_screens_lose_a_row_that_ended_before_it_was_read(app: FastAPI, replica: Replica) -> None:
    async with socket(app) as client:
        await authorise(client, replica, ada, folders=True)
        replica.models.held = True
        replica.topics.publish(AGENTS_STATE, BOB, Changed(BOB, agent_row(agent_id=BOB)))
        assert [row["kind"] for row in (await client.next())["rows"]] == ["agent"]
        replica.topics.publish(AGENTS_STATE, BOB, Changed(BOB, None))
        await client.send(type="ping")
        assert await client.next() == {"type": "pong"}

        replica.models.held = False
        replica.models.catch_up()
        assert (await client.next())["rows"] == [{"kind": "agent", "agent_id": BOB, "gone": True}]


async def test_open_screens_keep_a_row_that_came_after_an_end_that_is_still_looked_up(
    app: FastAPI, replica: Replica
) -> None:
    async with socket(app) as client:
        await authorise(client, replica, ada, folders=True)
        replica.models.held = True
        replica.topics.publish(AGENTS_STATE, BOB, Changed(BOB, None))
        await client.send(type="ping")
        assert await client.next() == {"type": "pong"}

        replica.models.held = False
        replica.topics.publish(AGENTS_STATE, BOB, Changed(BOB, agent_row(agent_id=BOB)))
        replica.topics.publish(AGENTS_STATE, ADA, Changed(ADA, agent_row(agent_id=ADA)))
        replica.topics.publish(AGENTS_STATE, ADA, Changed(ADA, None))
        told: list[tuple[str, bool]] = []
        while (ADA, True) not in told:
            told += [(row["agent_id"], "gone" in row) for row in (await client.next())["rows"]]
        assert (BOB, True) not in told


async def test_a_screen_is_ready_when_its_lists_are(
    app: FastAPI, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.queries.WAIT_S", 0.05)
    replica.models.held = True
    replica.topics.publish(INBOX_STATE, CONVERSATION, Changed(CONVERSATION, inbox_row()))
    async with socket(app) as client:
        with pytest.raises(Closed, match="4425 retry"):
            await authorise(client, replica, ada, folders=True)


async def test_agents_give_signs_of_life_and_visitors_tell_when_they_come_and_go(
    app: FastAPI, replica: Replica
) -> None:
    async with socket(app) as client, socket(app) as visiting:
        await authorise(visiting, replica, visitor)
        await authorise(client, replica, ada, tab="t1")
        for _ in range(3):
            await client.send(type="ping")
            await client.next()

    at = replica.clock.now()
    beats = [signal for signal in replica.signals.sent if isinstance(signal, Heartbeat)]
    assert beats == [Heartbeat(workspace_id=WORKSPACE, agent_id=ADA, tab="t1", at=at)]
    there = [signal for signal in replica.signals.sent if isinstance(signal, VisitorPresence)]
    assert [(signal.visit_id, signal.state) for signal in there] == [(VISIT, "open"), (VISIT, "closed")]
    assert len({signal.socket for signal in there}) == 1


async def test_a_client_that_does_not_read_is_let_go(app: FastAPI, replica: Replica) -> None:
    replica.topics.append(recorded(started, 1))
    async with socket(app) as client:
        await authorise(client, replica, ada, have={CHAT: 1})
        await client.send(type="ping")
        await client.next()
        client.taking.clear()
        for version in range(2, outgoing.FRAMES_MAX + 10):
            replica.topics.append(recorded(said(f"{version}"), version))
        with pytest.raises(Closed, match="4408 slow"):
            await client.next()


async def test_a_long_history_does_not_make_a_client_slow(app: FastAPI, replica: Replica) -> None:
    replica.topics.append(recorded(started, 1))
    replica.topics.append(*(recorded(said(f"{version}"), version) for version in range(2, 1_001)))
    async with socket(app) as client:
        await authorise(client, replica, ada, have={CHAT: 0})
        assert versions([await client.next() for _ in range(1_000)], CHAT) == list(range(1, 1_001))
