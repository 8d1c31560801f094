"""The tail's promises: a listener hears every record from its start on, in order, through losses of the broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition

from contracts.envelope import Recorded
from contracts.presence import AgentWentOffline
from contracts.signals import Beacon
from contracts.states import AgentRow
from contracts.topics import AGENTS_STATE, PRESENCE_EVENTS, SIGNALS, Topic
from services.chassis.follower import UNREADABLE, Follower
from services.chassis.kafka import KafkaSettings, ensure_topics, partition_of, reading
from services.chassis.memory import MovedClock
from services.chassis.models import Changed
from services.chassis.producer import new_producer
from services.chassis.tail import LEASE_S, KafkaSignals, KafkaTail
from services.cli.infrastructure import LocalServers, Servers
from tests.integration.sample_log import broker_dies
from tests.integration.sample_tails import AGENT, T0, TOLD, WORKSPACE, went_offline
from tests.proof import count
from tests.waiting import eventually

pytestmark = pytest.mark.real

TOPICS = (PRESENCE_EVENTS, AGENTS_STATE, SIGNALS)


async def settings_of(servers: Servers, unique: str) -> KafkaSettings:
    settings = KafkaSettings(kafka=servers.kafka, topic_prefix=unique)
    await ensure_topics(settings, TOPICS)
    return settings


@pytest.fixture
async def kafka(infrastructure: Servers, unique: str) -> KafkaSettings:
    return await settings_of(infrastructure, unique)


@asynccontextmanager
async def producing(settings: KafkaSettings) -> AsyncIterator[AIOKafkaProducer]:
    producer = new_producer(settings)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def running(follower: Follower) -> AsyncIterator[None]:
    task = asyncio.create_task(follower.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def publish(producer: AIOKafkaProducer, settings: KafkaSettings, stream: str, version: int) -> None:
    await send(producer, settings, PRESENCE_EVENTS, stream, *went_offline(stream, version))


async def send(
    producer: AIOKafkaProducer,
    settings: KafkaSettings,
    topic: Topic,
    key: str,
    value: bytes | None,
    headers: Any = (),
) -> None:
    name = settings.naming.of(topic)
    await producer.send_and_wait(name, value, key.encode(), partition_of(key), headers=list(headers))


async def test_a_listener_hears_events_from_its_start_on_and_the_end_moves(kafka: KafkaSettings) -> None:
    tail, heard = KafkaTail(kafka, (PRESENCE_EVENTS,)), list[Recorded]()
    stop = tail.listen(PRESENCE_EVENTS, heard.append)
    async with producing(kafka) as producer:
        await publish(producer, kafka, "agent-1", 1)
        async with running(tail):
            await tail.started()
            assert await tail.end(PRESENCE_EVENTS, "agent-1") == (partition_of("agent-1"), 1)

            await publish(producer, kafka, "agent-1", 2)
            await publish(producer, kafka, "agent-1", 3)
            await eventually(lambda: _length(heard, 2))
            assert await tail.end(PRESENCE_EVENTS, "agent-1") == (partition_of("agent-1"), 3)

            stop()
            await publish(producer, kafka, "agent-1", 4)
            await eventually(lambda: _stands_at(tail, "agent-1", 4))

    assert [(recorded.version, recorded.stream) for recorded in heard] == [(2, "agent-1"), (3, "agent-1")]
    assert isinstance(heard[0].event, AgentWentOffline)
    assert heard[0].metadata == TOLD


async def test_a_topic_is_heard_from_before_the_start_where_that_is_wanted(kafka: KafkaSettings) -> None:
    later = MovedClock(datetime.now(UTC) + timedelta(seconds=3_600))
    tail = KafkaTail(kafka, (AGENTS_STATE, PRESENCE_EVENTS), since_s={PRESENCE_EVENTS: 360})
    too_late = KafkaTail(kafka, (PRESENCE_EVENTS,), since_s={PRESENCE_EVENTS: 360}, clock=later)
    heard, missed, rows = list[Recorded](), list[Recorded](), list[Changed]()
    tail.listen(PRESENCE_EVENTS, heard.append)
    tail.listen(AGENTS_STATE, rows.append)
    too_late.listen(PRESENCE_EVENTS, missed.append)
    assert tail.behind() is None
    async with producing(kafka) as producer:
        await send(producer, kafka, AGENTS_STATE, AGENT, None)
        for version in (1, 2):
            await publish(producer, kafka, "agent-1", version)
        async with running(tail), running(too_late):
            await eventually(lambda: _stands_at(too_late, "agent-1", 2))
            assert too_late.behind() == 0
            await eventually(lambda: _caught_up(tail))
            assert [recorded.version for recorded in heard] == [1, 2]
            await publish(producer, kafka, "agent-1", 3)
            await eventually(lambda: _length(missed, 1))
            await eventually(lambda: _length(heard, 3))

    assert rows == []


async def _caught_up(tail: KafkaTail) -> bool:
    return tail.behind() == 0


async def test_a_record_that_is_no_event_and_a_listener_that_fails_stop_nothing(kafka: KafkaSettings) -> None:
    tail, heard = KafkaTail(kafka, (PRESENCE_EVENTS,)), list[Recorded]()

    def fails(_: Recorded) -> None:
        raise ZeroDivisionError

    tail.listen(PRESENCE_EVENTS, fails)
    tail.listen(PRESENCE_EVENTS, heard.append)
    async with producing(kafka) as producer, running(tail):
        await tail.started()
        await send(producer, kafka, PRESENCE_EVENTS, "agent-1", b"{}")
        await publish(producer, kafka, "agent-1", 1)
        await eventually(lambda: _length(heard, 1))

    assert heard[0].version == 1


async def test_rows_of_a_state_topic_come_as_changes(kafka: KafkaSettings) -> None:
    tail, heard = KafkaTail(kafka, (AGENTS_STATE,)), list[Changed]()
    tail.listen(AGENTS_STATE, heard.append)
    row = AgentRow(
        workspace_id=WORKSPACE,
        generation=1,
        version=1,
        agent_id=AGENT,
        name="Ann",
        online=True,
        changed_at=T0,
    )
    async with producing(kafka) as producer, running(tail):
        await tail.started()
        await send(producer, kafka, AGENTS_STATE, AGENT, row.model_dump_json().encode())
        await send(producer, kafka, AGENTS_STATE, AGENT, None)
        await eventually(lambda: _length(heard, 2))

    assert heard == [Changed(AGENT, row), Changed(AGENT, None)]


async def test_signals_are_heard_from_one_lease_ago_on(kafka: KafkaSettings) -> None:
    clock = MovedClock(datetime.now(UTC) - timedelta(seconds=2 * LEASE_S))
    sender, heard = KafkaSignals(kafka, clock), list[Beacon]()
    async with running(sender):
        await sender.send("a", Beacon(gateway="too old", at=T0))
        await eventually(lambda: _arrived(kafka, 1))
        clock.move(timedelta(seconds=LEASE_S + 5))
        await sender.send("a", Beacon(gateway="within the lease", at=T0))
        await eventually(lambda: _arrived(kafka, 2))

        clock.move(timedelta(seconds=LEASE_S - 5))
        hearer = KafkaSignals(kafka, clock)
        hearer.listen(heard.append)
        async with running(hearer):
            await hearer.started()
            await sender.send("a", Beacon(gateway="now", at=T0))
            await eventually(lambda: _length(heard, 2))

    assert [beacon.gateway for beacon in heard] == ["within the lease", "now"]


async def test_a_signal_of_a_kind_that_nobody_knows_yet_is_passed_over(kafka: KafkaSettings) -> None:
    signals, heard = KafkaSignals(kafka, MovedClock(datetime.now(UTC))), list[Beacon]()
    name = kafka.naming.of(SIGNALS)
    before = UNREADABLE.labels(name)._value.get()
    signals.listen(heard.append)
    async with running(signals), producing(kafka) as producer:
        await signals.started()
        for value in (b'{"kind":"dreaming","at":1}', b'{"kind":"beacon"}', b"{"):
            await producer.send_and_wait(name, value, b"a", partition_of("a"))
        await eventually(lambda: _signal(signals, heard))

    assert UNREADABLE.labels(name)._value.get() == before + 2


async def test_without_a_broker_a_signal_neither_waits_nor_fails(unique: str) -> None:
    signals = KafkaSignals(KafkaSettings(kafka="127.0.0.1:1", topic_prefix=unique), MovedClock(T0))
    async with running(signals):
        for _ in range(5_000):
            await asyncio.wait_for(signals.send("a", Beacon(gateway="g", at=T0)), 0.1)


@pytest.mark.fault
@pytest.mark.timeout(600)
@broker_dies
async def test_nothing_is_passed_over_when_the_broker_is_killed(lab: LocalServers, unique: str) -> None:
    kafka = await settings_of(lab.servers, unique)
    tail, heard, signalled = KafkaTail(kafka, (PRESENCE_EVENTS,)), list[Recorded](), list[Beacon]()
    signals = KafkaSignals(kafka, MovedClock(datetime.now(UTC)))
    tail.listen(PRESENCE_EVENTS, heard.append)
    signals.listen(signalled.append)
    kills, each = max(3, count(100) // 10), count(300)
    async with running(tail), running(signals):
        await tail.started()
        for kill in range(kills):
            async with producing(kafka) as producer:
                for number in range(each):
                    await publish(producer, kafka, f"agent-{number % 7}", 1 + number // 7 + kill * each)
            await asyncio.to_thread(lab.kill_kafka)
            await asyncio.to_thread(lab.start_kafka)
            await eventually(lambda sent=(kill + 1) * each: _length(heard, sent), within_s=120)  # type: ignore[misc]
        await eventually(lambda: _signal(signals, signalled), within_s=120)

    assert len(heard) == kills * each
    by_stream: dict[str, list[int]] = {}
    for recorded in heard:
        by_stream.setdefault(recorded.stream, []).append(recorded.version)
    assert all(versions == sorted(set(versions)) for versions in by_stream.values())


async def test_a_cancellation_while_a_consumer_stops_is_not_lost(kafka: KafkaSettings) -> None:
    """The client's stop() takes it for the end of one of its tasks: whoever was cancelled would run on for ever."""
    cancelled = True
    turns = 0
    while cancelled:  # At each step of a stop, until one is over before.
        read = asyncio.Event()
        task = asyncio.create_task(_read(kafka, read))
        await read.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        cancelled = task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError) is cancelled
        turns += 1
    assert turns > 1


async def _length(heard: list[Any], least: int) -> bool:
    return len(heard) >= least


async def _stands_at(tail: KafkaTail, key: str, offset: int) -> bool:
    return (await tail.end(PRESENCE_EVENTS, key))[1] == offset


async def _signal(signals: KafkaSignals, heard: list[Beacon]) -> bool:
    await signals.send("a", Beacon(gateway="again", at=T0))
    return bool(heard)


async def _arrived(kafka: KafkaSettings, least: int) -> bool:
    async with reading(kafka) as consumer:
        part = TopicPartition(kafka.naming.of(SIGNALS), partition_of("a"))
        return bool((await consumer.end_offsets([part]))[part] >= least)


async def _read(kafka: KafkaSettings, read: asyncio.Event) -> None:
    async with reading(kafka) as consumer:
        part = TopicPartition(kafka.naming.of(PRESENCE_EVENTS), 0)
        consumer.assign([part])
        consumer.seek(part, 0)
        read.set()
