"""Tails and signals under test: over Kafka, in memory, and as the simulation has them; and what is written for them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from contracts.envelope import Metadata, headers_of
from contracts.ids import derived_id
from contracts.personal import encode
from contracts.presence import AgentWentOffline
from contracts.states import AgentRow
from contracts.topics import AGENTS_STATE, PRESENCE_EVENTS, SIGNALS, Naming, Topic
from services.chassis.kafka import KafkaSettings, ensure_topics, partition_of
from services.chassis.memory import MovedClock
from services.chassis.memory_host import MemoryLog, MemorySignals, MemoryTail
from services.chassis.ports import Signals, Tail
from services.chassis.producer import new_producer
from services.chassis.tail import LEASE_S, KafkaSignals, KafkaTail
from services.cli.infrastructure import Servers
from tests.simulation.chance import Chance
from tests.simulation.heard import LateSignals, LateTail, WakingLog
from tests.simulation.loop import OUTSIDE, Loop, Process, pass_time

AGENT, WORKSPACE, T0 = derived_id("agent"), derived_id("workspace"), datetime(2030, 1, 1, tzinfo=UTC)
TOLD = Metadata(WORKSPACE, "command", "correlation", "causation", "service:test")
ROW = AgentRow(
    workspace_id=WORKSPACE, generation=1, version=1, agent_id=AGENT, name="Ann", online=True, changed_at=T0
)
Headers = Sequence[tuple[str, bytes]]


def went_offline(stream: str, version: int) -> tuple[bytes, list[tuple[str, bytes]]]:
    """An event of the stream as Kafka keeps it: value and headers."""
    event = AgentWentOffline(at=T0, agent_id=AGENT, reason="switched")
    headers = headers_of(
        event_id=f"{stream}/{version}",
        type_=event.TYPE,
        stream=stream,
        version=version,
        at=T0,
        metadata=TOLD,
        hash_=b"hash",
    )
    return encode(event), headers


@dataclass
class Ground:
    """A log, the processes that hear it, and time."""

    write: Callable[[Topic, str, bytes | None, Headers], Awaitable[None]]
    tail: Callable[[Collection[Topic]], AbstractAsyncContextManager[Tail]]
    signals: Callable[[], AbstractAsyncContextManager[Signals]]
    pass_time: Callable[[float], Awaitable[None]]

    async def happens(self, stream: str, version: int) -> None:
        """An event of the stream."""
        await self.write(PRESENCE_EVENTS, stream, *went_offline(stream, version))


Promise = Callable[[Ground], Coroutine[Any, Any, None]]


async def ready(*replicas: Signals) -> None:
    """Returns when these, to which somebody listens, read what is sent from now on."""
    for replica in replicas:
        if isinstance(replica, KafkaSignals):
            await replica.started()


@asynccontextmanager
async def _running(role: Awaitable[None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(role)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def over_kafka(servers: Servers, unique: str) -> AsyncIterator[Ground]:
    """Topics of their own."""
    settings = KafkaSettings(kafka=servers.kafka, topic_prefix=unique)
    await ensure_topics(settings, (PRESENCE_EVENTS, AGENTS_STATE, SIGNALS))
    clock = MovedClock(datetime.now(UTC) - timedelta(seconds=4 * LEASE_S))
    producer = new_producer(settings)

    async def write(topic: Topic, key: str, value: bytes | None, headers: Headers) -> None:
        name = settings.naming.of(topic)
        await producer.send_and_wait(name, value, key.encode(), partition_of(key), headers=list(headers))

    @asynccontextmanager
    async def tail(topics: Collection[Topic]) -> AsyncIterator[Tail]:
        made = KafkaTail(settings, tuple(topics))
        async with _running(made.run()):
            await made.started()
            yield made

    @asynccontextmanager
    async def signals() -> AsyncIterator[Signals]:
        made = KafkaSignals(settings, clock)
        async with _running(made.run()):
            yield made

    async def pass_(seconds: float) -> None:
        clock.move(timedelta(seconds=seconds))

    await producer.start()
    try:
        yield Ground(write, tail, signals, pass_)
    finally:
        await producer.stop()


def in_memory() -> Ground:
    """As unit tests have them: everything is heard at once."""
    log, shared = MemoryLog(), MemorySignals()

    async def write(topic: Topic, key: str, value: bytes | None, headers: Headers) -> None:
        log.append(Naming().of(topic), key, value, headers)

    @asynccontextmanager
    async def tail(topics: Collection[Topic]) -> AsyncIterator[Tail]:
        yield MemoryTail(log, Naming())

    @asynccontextmanager
    async def signals() -> AsyncIterator[Signals]:
        yield shared

    return Ground(write, tail, signals, pass_time)


def simulated(loop: Loop, chance: Chance) -> Ground:
    """As the simulation has them, in the moods of this chance; only in the simulation's loop."""
    log, shared, number = WakingLog(), LateSignals(loop, chance), 0

    async def write(topic: Topic, key: str, value: bytes | None, headers: Headers) -> None:
        log.append(Naming().of(topic), key, value, headers)

    @asynccontextmanager
    async def tail(topics: Collection[Topic]) -> AsyncIterator[Tail]:
        made = LateTail(log, Naming(), topics, chance)
        async with _running(made.run()):
            yield made

    @asynccontextmanager
    async def signals() -> AsyncIterator[Signals]:
        nonlocal number
        number += 1
        process = Process(f"replica {number}")
        yield shared.of(process)
        process.kill(None)

    return Ground(write, tail, signals, pass_time)


def faults_of(promise: Promise, seed: int) -> set[str]:
    """What was told when the simulation's twins kept the promise in the moods of this seed; calm at the first."""
    loop, chance = Loop(Random(seed)), Chance(Random(seed))  # type: ignore[abstract]
    if seed == 0:
        chance.calm()
    try:
        loop.play(promise(simulated(loop, chance)))
    finally:
        OUTSIDE.end()
    return {failure.partition(":")[0] for failure in loop.failures}
