"""The replay client on a real broker: from the beginning, from positions, from a time, from a cursor, and state."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from contracts.envelope import Event, Metadata, headers_of
from contracts.ids import derived_id
from contracts.personal import encode
from contracts.presence import AgentWentOffline, AgentWentOnline
from contracts.replay import Replay
from contracts.states import AgentRow
from contracts.topics import AGENTS_STATE, PRESENCE_EVENTS, Topic
from services.chassis.kafka import KafkaSettings, ensure_topics
from services.chassis.producer import Message, new_producer, running, send
from services.cli.infrastructure import Servers
from tests.proof import count

pytestmark = pytest.mark.real

T0, AGENT, WORKSPACE = datetime(2030, 1, 1, tzinfo=UTC), derived_id("agent"), derived_id("workspace")
TOLD = Metadata(WORKSPACE, "command", "correlation", "causation", "service:test")
STREAMS, VERSIONS = 20, 2 + count(100)


@dataclass
class Kafka:
    """Topics of one test, filled with STREAMS streams of VERSIONS events, one second between two versions."""

    settings: KafkaSettings

    async def send(self, *messages: Message) -> None:
        async with running(new_producer(self.settings)) as producer:
            await send(producer, messages)

    def message(self, stream: str, version: int) -> Message:
        at = T0 + timedelta(seconds=version)
        event: Event = AgentWentOffline(at=at, agent_id=AGENT, reason="switched")
        if version % 2:
            event = AgentWentOnline(at=at, agent_id=AGENT, name="Ann", tab="1")
        headers = headers_of(
            event_id=f"{stream}/{version}",
            type_=event.TYPE,
            stream=stream,
            version=version,
            at=at,
            metadata=TOLD,
            hash_=b"hash",
        )
        at_ms = int(at.timestamp() * 1_000)
        return Message(self.settings.naming.of(PRESENCE_EVENTS), stream, encode(event), at_ms, headers)

    def row(self, topic: Topic, key: str, generation: int, version: int) -> Message:
        row = AgentRow(
            workspace_id=WORKSPACE,
            generation=generation,
            version=version,
            agent_id=AGENT,
            name="Ann",
            online=True,
            changed_at=T0,
        )
        return Message(self.settings.naming.of(topic), key, row.model_dump_json().encode())

    @asynccontextmanager
    async def replay(self, cursor: Path | None = None) -> AsyncIterator[Replay]:
        async with Replay(self.settings.kafka, self.settings.naming, cursor) as replay:
            yield replay

    async def read(self, cursor: Path | None = None, **how: Any) -> dict[str, list[int]]:
        """The versions of each stream, as they come."""
        async with self.replay(cursor) as replay:
            found: dict[str, list[int]] = {}
            async for recorded in replay.events([PRESENCE_EVENTS], stop_at_end=True, **how):
                found.setdefault(recorded.stream, []).append(recorded.version)
            replay.save()
            return found


@pytest.fixture
async def kafka(infrastructure: Servers, unique: str) -> Kafka:
    settings = KafkaSettings(kafka=infrastructure.kafka, topic_prefix=unique)
    await ensure_topics(settings, [PRESENCE_EVENTS, AGENTS_STATE])
    kafka = Kafka(settings)
    # The last ten are sent again, as after the loss of an acknowledgement.
    messages = [
        kafka.message(f"agent-{n}", version) for version in range(1, VERSIONS + 1) for n in range(STREAMS)
    ]
    await kafka.send(*messages, *messages[-10:])
    return kafka


def streams(first: int, last: int, step: int = 1) -> dict[str, list[int]]:
    return {f"agent-{n}": list(range(first, last + 1, step)) for n in range(STREAMS)}


async def test_everything_comes_once_typed_and_in_order(kafka: Kafka) -> None:
    async with kafka.replay() as replay:
        events = [recorded async for recorded in replay.events([PRESENCE_EVENTS], stop_at_end=True)]

    assert len(events) == STREAMS * VERSIONS
    by_stream = groupby(
        sorted(events, key=lambda recorded: recorded.stream), lambda recorded: recorded.stream
    )
    assert {stream: [r.version for r in group] for stream, group in by_stream} == streams(1, VERSIONS)
    first = next(recorded for recorded in events if recorded.version == 1)
    assert first.event == AgentWentOnline(at=T0 + timedelta(seconds=1), agent_id=AGENT, name="Ann", tab="1")
    assert (first.metadata, first.hash) == (TOLD, b"hash")


async def test_from_a_time_only_what_was_recorded_since(kafka: Kafka) -> None:
    assert await kafka.read(since=T0 + timedelta(seconds=VERSIONS - 1)) == streams(VERSIONS - 1, VERSIONS)
    assert await kafka.read(since=T0 + timedelta(days=1)) == {}


async def test_from_positions_only_what_lies_behind_them(kafka: Kafka) -> None:
    async with kafka.replay() as replay:
        events = [recorded async for recorded in replay.events([PRESENCE_EVENTS], stop_at_end=True)]
    # From the middle of each partition; where it is not named, from the beginning.
    since: dict[tuple[str, int], int] = {}
    for recorded in events:
        if recorded.position and recorded.position.partition and recorded.version == VERSIONS // 2:
            since[PRESENCE_EVENTS.name, recorded.position.partition] = recorded.position.offset

    found = await kafka.read(since=since)

    behind = [
        r
        for r in events
        if r.position and r.position.offset >= since.get((PRESENCE_EVENTS.name, r.position.partition), 0)
    ]
    assert 0 < len(behind) < len(events)
    assert sum(len(versions) for versions in found.values()) == len(behind)


async def test_only_the_types_that_are_asked_for(kafka: Kafka) -> None:
    assert await kafka.read(types={AgentWentOffline}) == streams(2, VERSIONS, 2)


async def test_a_cursor_goes_on_where_it_was_saved(kafka: Kafka, tmp_path: Path) -> None:
    cursor = tmp_path / "cursor"

    assert await kafka.read(cursor) == streams(1, VERSIONS)
    assert await kafka.read(cursor) == {}
    await kafka.send(*(kafka.message("agent-3", VERSIONS + more) for more in (1, 2)))
    assert await kafka.read(cursor) == {"agent-3": [VERSIONS + 1, VERSIONS + 2]}


async def test_who_does_not_stop_at_the_end_gets_what_comes_later(kafka: Kafka) -> None:
    came = []
    async with kafka.replay() as replay:
        async for recorded in replay.events([PRESENCE_EVENTS]):
            came.append((recorded.stream, recorded.version))
            if len(came) == STREAMS * VERSIONS:
                await kafka.send(kafka.message("agent-5", VERSIONS + 1))
            if len(came) > STREAMS * VERSIONS:
                break

    assert came[-1] == ("agent-5", VERSIONS + 1)


async def test_of_a_state_topic_the_newest_row_of_each_key(kafka: Kafka) -> None:
    rows = [("a", 1, 1), ("b", 1, 7), ("a", 2, 1), ("a", 1, 9), ("c", 1, 1)]
    await kafka.send(*(kafka.row(AGENTS_STATE, *row) for row in rows))
    await kafka.send(Message(kafka.settings.naming.of(AGENTS_STATE), "c", None))

    async with kafka.replay() as replay:
        state = await replay.state(AGENTS_STATE)

    assert {key: (row.generation, row.version) for key, row in state.items()} == {"a": (2, 1), "b": (1, 7)}
