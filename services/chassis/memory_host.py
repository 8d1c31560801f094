"""All services in one process without servers: shipped deciders, folds, reactions and routes over in-memory twins."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI

from contracts.envelope import Fact, headers_of
from contracts.personal import ClearKeyring
from contracts.topics import PARTITIONS, Naming, Topic, events_of
from contracts.wire import read_event
from services.chassis.app import application
from services.chassis.batches import Handler
from services.chassis.kafka import partition_of
from services.chassis.memory import CountedIds, MemoryCredentials, MemoryStore, MovedClock
from services.chassis.memory_rows import MemoryReader, MemoryRows
from services.chassis.models import Changed
from services.chassis.ports import Listener, Ports, StoredEvent
from services.chassis.projector import Projection, read_changes
from services.chassis.reactor import Reacting
from services.chassis.revocations import Revocations
from services.chassis.service import Service
from services.chassis.tail import STATE_ROWS
from services.chassis.timers import Timers
from services.chassis.tokens import Verifier

BATCH_MAX = 100
ROUNDS_MAX = 10_000


@dataclass(frozen=True)
class MemoryRecord:
    """A record as a Kafka client would give it."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class MemoryLog:
    """Topics in lists; every record is heard at once by whoever listens."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, int], list[MemoryRecord]] = {}
        self._listeners: list[Callable[[MemoryRecord], None]] = []

    def append(
        self, topic: str, key: str, value: bytes | None, headers: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        """Adds a record to the partition of its key."""
        number = partition_of(key)
        part = self.records.setdefault((topic, number), [])
        record = MemoryRecord(topic, number, len(part), key.encode(), value, headers)
        part.append(record)
        for listener in tuple(self._listeners):
            listener(record)

    def after(self, topic: str, positions: Mapping[int, int]) -> dict[int, Sequence[MemoryRecord]]:
        """At most BATCH_MAX records a partition from these positions on; partitions without any are left out."""
        found = {
            number: self.records.get((topic, number), [])[at : at + BATCH_MAX]
            for number, at in positions.items()
        }
        return {number: records for number, records in found.items() if records}

    def end(self, topic: str, partition: int) -> int:
        """The offset after the last record."""
        return len(self.records.get((topic, partition), []))

    def listen(self, listener: Callable[[MemoryRecord], None]) -> Callable[[], None]:
        """Calls the listener for each record from now on."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


class MemoryTail:
    """ports.Tail over the log in memory."""

    def __init__(self, log: MemoryLog, naming: Naming) -> None:
        self._log, self._naming = log, naming

    def listen(self, topic: Topic, listener: Listener) -> Callable[[], None]:
        def hear(record: MemoryRecord) -> None:
            if record.topic == self._naming.of(topic):
                listener(_content(topic, record))

        return self._log.listen(hear)

    async def end(self, topic: Topic, key: str) -> tuple[int, int]:
        number = partition_of(key)
        return number, self._log.end(self._naming.of(topic), number)


def _content(topic: Topic, record: MemoryRecord) -> Any:
    if topic.kind == "state":
        changed = read_changes([record], STATE_ROWS[topic.name])[0]
        assert isinstance(changed, Changed)
        return changed
    return read_event(record)


class MemorySignals:
    """ports.Signals: heard at once."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    async def send(self, key: str, signal: Fact) -> None:
        for listener in tuple(self._listeners):
            listener(signal)

    def listen(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


class MemoryService:
    """One service with all it stands on in memory."""

    def __init__(
        self, host: "MemoryHost", service: Service, own: Mapping[str, Any], verifier: Verifier
    ) -> None:
        self.service, self._host = service, host
        naming, self.rows = host.naming, MemoryRows(service.models)
        topics = {model.name: naming.of(model.source) for model in service.models}
        self.store = MemoryStore(host.clock, self._publish)
        self.ports = Ports(
            service=service.name,
            store=self.store,
            reader=MemoryReader(self.rows, topics),
            clock=host.clock,
            ids=CountedIds(service.name),
            keyring=ClearKeyring(),
            credentials=MemoryCredentials(),
            tail=MemoryTail(host.log, naming),
            signals=host.signals,
            own=own,
        )
        ended = Revocations(service.name, self.ports.tail, host.clock)
        self.app: FastAPI = application(service, self.ports, verifier.heeding(ended))
        self.consumers: dict[str, tuple[str, Handler]] = {
            model.name: (
                topics[model.name],
                Projection(service.name, model, topics[model.name], self.rows, self.ports.keyring),
            )
            for model in service.models
        } | {
            reaction.name: (
                naming.of(reaction.source),
                Reacting(reaction, naming.of(reaction.source), self.rows, self.ports),
            )
            for reaction in service.reactions
        }
        self.timers = Timers(service, self.ports)

    def _publish(self, stored: StoredEvent) -> None:
        headers = headers_of(
            event_id=stored.event_id,
            type_=stored.type,
            stream=stored.stream,
            version=stored.version,
            at=stored.at,
            metadata=stored.metadata,
            hash_=stored.hash,
        )
        topic = self._host.naming.of(events_of(self.service.name))
        self._host.log.append(topic, stored.stream, stored.data, headers)

    def publish_state(self) -> int:
        """Hands the waiting rows of state topics to the log; answers how many there were."""
        names = {
            m.publishes.topic.name: self._host.naming.of(m.publishes.topic)
            for m in self.service.models
            if m.publishes
        }
        waiting = list(self.rows.outbox.values())
        self.rows.outbox.clear()
        for topic, key, value in waiting:
            self._host.log.append(names[topic], key, value)
        return len(waiting)

    async def consume(self, name: str) -> int:
        """Lets one consumer take what waits for it; answers how many records that were."""
        topic, handler = self.consumers[name]
        slices = self._host.log.after(topic, await handler.positions(range(PARTITIONS)))
        if slices:
            await handler.handle(slices)
        return sum(len(records) for records in slices.values())


class MemoryHost:
    """The whole system; `settle` lets everything that waits happen, `pass_time` moves the clock and fires timers."""

    def __init__(
        self,
        services: Sequence[Service],
        at: datetime,
        verifier: Verifier,
        own: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.clock, self.log, self.signals, self.naming = (
            MovedClock(at),
            MemoryLog(),
            MemorySignals(),
            Naming(),
        )
        self.services = {
            service.name: MemoryService(self, service, own.get(service.name) or service.own(), verifier)
            for service in services
        }

    def consumers(self) -> Iterator[tuple[MemoryService, str]]:
        """Every consumer of every service."""
        for service in self.services.values():
            for name in service.consumers:
                yield service, name

    async def settle(self) -> None:
        """Until nothing waits any more."""
        for _ in range(ROUNDS_MAX):
            done = 0
            for service, name in self.consumers():
                done += await service.consume(name)
            for service in self.services.values():
                done += service.publish_state() + await service.timers.fire_due()
            if not done:
                return
            await asyncio.sleep(0)
        raise RuntimeError("the services never come to rest")

    async def pass_time(self, by: timedelta) -> None:
        """Time passes, timers that are due fire, and what follows happens."""
        self.clock.move(by)
        await self.settle()
